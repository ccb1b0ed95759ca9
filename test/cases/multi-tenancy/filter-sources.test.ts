import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  assoc,
  belongsTo,
  createRepo,
  cte,
  exists,
  field,
  filterSources,
  from,
  hasMany,
  manyToMany,
  type QueryAbout,
  type Repo,
  schema,
  subquery,
} from "ectype";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { createTables } from "../../support/tables.ts";

class Team extends schema("teams", {
  name: field.string(),
  orgId: field.integer(),
  deletedAt: field.integer(),
  people: () => hasMany(Person),
  jobs: () => hasMany.through(["people", "tasks"]),
  labels: () => manyToMany(Label, { joinThrough: Labelled }),
}) {}
class Person extends schema("people", {
  name: field.string(),
  orgId: field.integer(),
  team: () => belongsTo(Team),
  tasks: () => hasMany(Task),
}) {}
class Task extends schema("tasks", { title: field.string(), orgId: field.integer(), person: () => belongsTo(Person) }) {}
class Labelled extends schema("labelled", { orgId: field.integer(), team: () => belongsTo(Team), label: () => belongsTo(Label) }) {}
/** No tenant's: all see it. */
class Label extends schema("labels", { name: field.string() }) {}

let org = 1;

describe.each(databases)("$label", (database) => {
  let plain: Repo;
  let repo: Repo;
  const seen: QueryAbout[] = [];
  beforeAll(async () => {
    plain = await openRepo(database);
    await createTables(plain, [Team, Person, Task, Labelled, Label]);
    repo = createRepo({
      adapter: plain.adapter,
      prepareQuery: (_operation, query, options, about) => {
        seen.push(about);
        if (options.everyone) return query;
        return filterSources(query, (row, { schema: of }) => (of?.field("orgId") ? row.orgId.eq(org) : null));
      },
    });
    for (const at of [1, 2]) {
      await plain.insertAll(Team, [{ id: at, name: `team ${at}`, orgId: at }]);
      await plain.insertAll(Label, [{ id: at, name: `label ${at}` }]);
    }
    // Team 1 has a person, a task and a label of organisation 2 as well.
    await plain.insertAll(Person, [
      { id: 1, name: "own", orgId: 1, teamId: 1 },
      { id: 2, name: "other", orgId: 2, teamId: 1 },
      { id: 3, name: "theirs", orgId: 2, teamId: 2 },
    ]);
    await plain.insertAll(Task, [
      { id: 1, title: "mine", orgId: 1, personId: 1 },
      { id: 2, title: "not mine", orgId: 2, personId: 1 },
      { id: 3, title: "through another", orgId: 1, personId: 2 },
    ]);
    await plain.insertAll(Labelled, [
      { id: 1, orgId: 1, teamId: 1, labelId: 1 },
      { id: 2, orgId: 2, teamId: 1, labelId: 2 },
    ]);
  });
  afterAll(() => repo.close());
  beforeEach(() => {
    org = 1;
    seen.length = 0;
  });

  test("reads of every kind see the rows of one organisation, and schemas without one whole", async () => {
    expect((await repo.all(Team)).map(({ id }) => id)).toEqual([1]);
    expect(await repo.get(Team, 2)).toBeNull();
    expect((await repo.all(Label)).length).toBe(2);
    expect(await repo.aggregate(Person, "count")).toBe(1);
    expect(await repo.aggregate(from(Person).limit(9), "count")).toBe(1);
    expect(await repo.aggregate(from(Person).distinct(true), "count", "name")).toBe(1);
    expect(await repo.exists(from(Team).where({ id: 2 }))).toBe(false);
    const streamed: number[] = [];
    for await (const person of repo.stream(from(Person))) streamed.push(person.id);
    expect(streamed).toEqual([1]);
    org = 2;
    expect((await repo.all(Team)).map(({ id }) => id)).toEqual([2]);
    expect((await repo.all(from(Team).orderBy("id"), { everyone: true } as never)).length).toBe(2);
  });

  test("joins of associations, through others and join tables too", async () => {
    const names = await repo.all(
      from(Team)
        .leftJoin("people")
        .orderBy((_, { people }) => people.id)
        .select((t, { people }) => [t.id, people.name] as const),
    );
    expect(names).toEqual([[1, "own"]]);
    const jobs = await repo.all(
      from(Team)
        .join("jobs")
        .select((_, { jobs: job }) => job.title),
    );
    expect(jobs).toEqual(["mine"]);
    const labels = await repo.all(
      from(Team)
        .leftJoin("labels", { on: (_, { labels: label }) => label.id.gt(0) })
        .select((_, { labels: label }) => label.name),
    );
    expect(labels).toEqual(["label 1"]);
    const deep = from(Team)
      .join("people")
      .join("t", (_, { people }) => assoc(people, "tasks"))
      .preload({ people: ["people", { tasks: "t" }] });
    expect(
      (await repo.all(deep)).map((team) => team.people.map((person) => (person.tasks as unknown as Task[]).map(({ title }) => title))),
    ).toEqual([[["mine"]]]);
  });

  test("the far side of an outer join is missing, not the near one", async () => {
    org = 2;
    const left = from(Team)
      .leftJoin("p", Person, (t, { p }) => p.teamId.eq(t.id).and(p.id.eq(1)))
      .select((t, { p }) => [t.id, p.name] as const);
    expect(await repo.all(left)).toEqual([[2, null]]);
    const right = from(Person)
      .rightJoin("team")
      .select((p, { team }) => [p.name, team.id] as const);
    expect(await repo.all(right)).toEqual([["theirs", 2]]);
    const full = from(Team)
      .fullJoin("p", Person, (t, { p }) => p.teamId.eq(t.id))
      .orderBy((_, { p }) => p.id)
      .select((t, { p }) => [t.id, p.name] as const);
    expect(await repo.all(full)).toEqual([
      [null, "other"],
      [2, "theirs"],
    ]);
    const whole = await repo.all(from(Person).rightJoin("team").orderBy("id"));
    expect(whole.map((person) => person?.name)).toEqual(["theirs"]);
    expect(
      await repo.all(
        from(Team)
          .crossJoin("p", Person)
          .orderBy((_, { p }) => p.id)
          .select((_, { p }) => p.id),
      ),
    ).toEqual([2, 3]);
  });

  test("preloads, through and many-to-many", async () => {
    const [team] = await repo.all(from(Team).preload(["people", "labels", "jobs", { people: "tasks" }]));
    expect(team?.people.map(({ name, tasks }) => [name, (tasks as unknown as Task[]).map(({ title }) => title)])).toEqual([
      ["own", ["mine"]],
    ]);
    expect(team?.labels.map(({ name }) => name)).toEqual(["label 1"]);
    expect(team?.jobs.map(({ title }) => title)).toEqual(["mine"]);
    const loaded = await repo.preload(team as Team, { people: from(Person).join("tasks").preload({ tasks: "tasks" }) }, { force: true });
    expect(loaded.people.map(({ name }) => name)).toEqual(["own"]);
  });

  test("subqueries, CTEs, combinations and lateral joins", async () => {
    const people = from(Person);
    expect((await repo.all(from(subquery(people)))).map(({ name }) => name)).toEqual(["own"]);
    expect((await repo.all(from(Label).where((l) => exists(people.where((p) => p.id.eq(l.id)))))).map(({ id }) => id)).toEqual([1]);
    expect((await repo.all(from(Label).where((l) => l.id.in(people.select((p) => p.id))))).map(({ id }) => id)).toEqual([1]);
    expect((await repo.all(from(cte("them", Person)).withCte("them", people))).map(({ name }) => name)).toEqual(["own"]);
    expect((await repo.all(from(["them", Person]).withCte("them", people))).map(({ name }) => name)).toEqual(["own"]);
    expect((await repo.all(people.where({ id: 1 }).unionAll(people))).map(({ id }) => id)).toEqual([1, 1]);
    const source = people.where({ teamId: 1 });
    expect(
      await repo.all(
        from(Team)
          .join("p", source, (t, { p }) => p.teamId.eq(t.id))
          .select((_, { p }) => p.name),
      ),
    ).toEqual(["own"]);
    if (database.name === "postgres") {
      const lateral = from(Label)
        .innerLateralJoin("p", (l) => people.where((p) => p.id.eq(l.id)))
        .select((_, { p }) => p.name);
      expect(await repo.all(lateral)).toEqual(["own"]);
    }
  });

  test("a prepared query follows the organisation of the moment", async () => {
    const byTeam = repo.prepare((p: any) => from(Person).where((row) => row.teamId.eq(p.team)));
    expect((await byTeam.all({ team: 1 })).map(({ name }) => name)).toEqual(["own"]);
    org = 2;
    expect((await byTeam.all({ team: 1 })).map(({ name }) => name)).toEqual(["other"]);
    expect((await byTeam.all({ team: 1 }, { everyone: true } as never)).length).toBe(2);
  });

  test("changes of many rows", async () => {
    expect((await repo.updateAll(from(Person), { set: { name: "own" } })).count).toBe(1);
    const joined = from(Person).join("team");
    expect((await repo.updateAll(joined, { set: { name: "own" } } as never)).count).toBe(1);
    const copied = await repo.insertAll(
      Label,
      from(Person).select((p) => ({ id: p.id.add(50), name: p.name })),
    );
    expect(copied.count).toBe(1);
    await plain.deleteAll(from(Label).where({ name: "own" }));
    org = 3;
    expect((await repo.deleteAll(from(Person))).count).toBe(0);
    expect((await repo.deleteAll(from(Task).join("person"))).count).toBe(0);
  });

  test("what a query is about is told", async () => {
    await repo.all(
      from(Team)
        .join("people")
        .join("l", Label, (t, { l }) => l.id.eq(t.id))
        .preload("labels"),
    );
    expect(
      seen.map(({ schema: of, table, sources }) => [of?.name, table, sources.map((one) => [one.schema?.name, one.table, one.role])]),
    ).toEqual([
      [
        "Team",
        "teams",
        [
          ["Team", "teams", "root"],
          ["Person", "people", "join"],
          ["Label", "labels", "join"],
        ],
      ],
      [
        "Label",
        "labels",
        [
          ["Label", "labels", "root"],
          ["Labelled", "labelled", "join"],
        ],
      ],
    ]);
    seen.length = 0;
    await repo.all(from(subquery(from(Label))));
    expect(seen).toMatchObject([{ schema: null, table: null, sources: [] }]);
  });

  test("the query that is given stays, and one statement serves all", async () => {
    const query = from(Team).join("labels").orderBy("id");
    const before = plain.toSql("all", query);
    const statements = new Set<string>();
    const log = ({ sql }: { sql: string }) => void statements.add(sql);
    for (org = 1; org < 4; org++) await repo.all(query, { log });
    expect(statements.size).toBe(1);
    expect(plain.toSql("all", query)).toEqual(before);
    expect(
      plain.toSql(
        "all",
        filterSources(query, () => null),
      ).sql,
    ).toBe(before.sql);
    expect(() => filterSources(query, () => true as never)).toThrow(/a condition must be an SQL expression/);
    const loose = from("teams").rightJoin("p", Person, (t: any, { p }) => p.teamId.eq(t.id));
    expect(() => filterSources(loose, (row) => row.id.eq(1))).toThrow(/rows of "teams" cannot be filtered beneath a rightJoin/);
  });
});
