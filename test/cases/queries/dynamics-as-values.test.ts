import { dynamic, field, from, hasMany, belongsTo, merge, QueryError, type Repo, schema, sum } from "ectype";
import { beforeAll, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { createTables } from "../../support/tables.ts";

class Team extends schema("teams", { name: field.string(), members: () => hasMany(Member) }) {}
class Member extends schema("members", {
  name: field.string({ null: false }),
  points: field.integer({ null: false }),
  data: field.json<unknown>(),
  team: () => belongsTo(Team),
}) {}

const twice = dynamic<Member>((m) => m.points.mul(2));

describe.each(databases)("dynamics as values on $label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRepo(database);
    await createTables(repo, [Team, Member]);
    const team = await repo.insertOrThrow(Team.build({ name: "red" }));
    await repo.insertAll(
      Member,
      [1, 2, 3].map((points) => ({ name: `m${points % 2}`, points, teamId: team.id })),
    );
  });
  const members = () => from(Member).orderBy("id");

  test("stand in a select", async () => {
    expect(await repo.all(members().select((m) => ({ id: m.id, twice })))).toEqual([1, 2, 3].map((id) => ({ id, twice: 2 * id })));
    expect(await repo.all(members().select(() => [twice, { deep: [twice] }]))).toEqual([1, 2, 3].map((id) => [2 * id, { deep: [2 * id] }]));
    expect(await repo.all(members().select(() => twice))).toEqual([2, 4, 6]);
    const joined = members()
      .join("team")
      .select(() => ({ team: dynamic<Member, { team: Team }>((_, { team }) => team.name) }));
    expect((await repo.all(joined))[0]).toEqual({ team: "red" });
    const merged = members().select((m) => merge(m, { points: twice }));
    expect(((await repo.all(merged)) as any[]).map(({ points }) => points)).toEqual([2, 4, 6]);
    const more = members()
      .select((m) => ({ id: m.id }))
      .selectMerge(() => ({ twice }));
    expect((await repo.all(more))[0]).toEqual({ id: 1, twice: 2 });
  });

  test("stand in an update", async () => {
    await repo.transaction(async () => {
      await repo.updateAll(from(Member), { set: { points: twice } });
      expect(await repo.all(members().select((m) => m.points))).toEqual([2, 4, 6]);
      await repo.updateAll(from(Member).update(() => ({ inc: { points: dynamic<Member>((m) => m.points) } })));
      expect(await repo.all(members().select((m) => m.points))).toEqual([4, 8, 12]);
      await repo.updateAll(from(Member), { set: { data: { kind: "dynamic" }, points: dynamic<Member>((m) => m.points.div(4)) } });
      expect(await repo.all(members().select((m) => [m.points, m.data]))).toEqual([1, 2, 3].map((n) => [n, { kind: "dynamic" }]));
    });
  });

  test("stand in windows", async () => {
    const window = { partitionBy: dynamic<Member>((m) => m.name), orderBy: [dynamic<Member>((m) => m.id)] };
    const sums = [1, 2, 4];
    for (const query of [members().windows({ w: window }), members().windows(() => ({ w: window }))])
      expect(await repo.all(query.select((m) => sum(m.points).over("w")))).toEqual(sums);
  });

  test("are errors where they cannot stand", () => {
    const wrong: readonly (() => unknown)[] = [
      () => members().windows(twice as never),
      () => members().windows({ w: twice } as never),
      () => members().update(twice as never),
      () => members().preload(twice as never),
      () => members().preload({ team: twice } as never),
      () => members().select(() => ({ none: dynamic.and([null]), order: dynamic<Member>((m) => m.id.desc()) })),
      () => members().select(() => ({ gone: dynamic<any>((m: any) => m.gone) })),
      () => members().limit(twice as never),
    ];
    for (const make of wrong) expect(make, String(make)).toThrow(QueryError);
  });
});
