import { belongsTo, field, from, hasMany, manyToMany, type Repo, schema, type Slots } from "ectype";
import { beforeAll, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { createTables } from "../../support/tables.ts";

// The query of a preload is planned once; what differs from one call to the next must not be taken from the call before.

let least = 0;

class Team extends schema("teams", {
  name: field.string(),
  home: () => hasMany(Match, { foreignKey: "homeId", preloadOrder: ["id"] }),
  away: () => hasMany(Match, { foreignKey: "awayId", preloadOrder: ["id"] }),
  big: () => hasMany(Match, { foreignKey: "homeId", where: { goals: (goals: any) => goals.gte(least) }, preloadOrder: ["id"] }),
  fans: () => manyToMany(Fan, { joinThrough: "fans_teams", preloadOrder: ["id"] }),
}) {}
class Match extends schema("matches", {
  goals: field.integer(),
  home: () => belongsTo(Team),
  away: () => belongsTo(Team),
}) {}
class Fan extends schema("fans", { name: field.string(), teams: () => manyToMany(Team, { joinThrough: "fans_teams" }) }) {}

describe.each(databases)("$label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRepo(database);
    await createTables(repo, [Team, Match, Fan]);
    await repo.insertAll(
      Team,
      [1, 2, 3].map((id) => ({ id, name: `team ${id}` })),
    );
    await repo.insertAll(Match, [
      { id: 1, goals: 1, homeId: 1, awayId: 2 },
      { id: 2, goals: 5, homeId: 1, awayId: 3 },
      { id: 3, goals: 9, homeId: 2, awayId: 1 },
    ]);
    await repo.insertAll(Fan, [
      { id: 1, name: "ann" },
      { id: 2, name: "bob" },
    ]);
    await repo.insertAll("fans_teams", [
      { fan_id: 1, team_id: 1 },
      { fan_id: 2, team_id: 1 },
      { fan_id: 1, team_id: 2 },
    ]);
  });

  const ids = (rows: readonly { id: number }[]) => rows.map(({ id }) => id);
  const teams = from(Team).orderBy("id");

  test("one key, several and others, again and again", async () => {
    for (const limit of [1, 2, 3, 1, 3]) {
      const found = await repo.all(teams.limit(limit).preload(["home", "fans"]), { preloadStrategy: "queries" });
      expect(found.map(({ home }) => ids(home))).toEqual([[1, 2], [3], []].slice(0, limit));
      expect(found.map(({ fans }) => ids(fans))).toEqual([[1, 2], [1], []].slice(0, limit));
    }
    const matches = await repo.all(from(Match).orderBy("id").preload({ home: "fans", away: true }));
    expect(matches.map(({ home, away }) => [home?.id, away?.id, home?.fans.length])).toEqual([
      [1, 2, 2],
      [1, 3, 2],
      [2, 1, 1],
    ]);
    expect(matches[0]?.home).toBe(matches[1]?.home);
  });

  test("a query of its own for two associations of one schema", async () => {
    const big = from(Match).where((m) => m.goals.gt(2));
    for (let time = 0; time < 2; time++) {
      const [one] = await repo.all(teams.preload({ home: big, away: big }));
      expect([ids(one?.home ?? []), ids(one?.away ?? [])]).toEqual([[2], [3]]);
      const fans = from(Fan).where((f) => f.name.eq("bob"));
      expect((await repo.all(teams.preload({ fans }))).map((team) => ids(team.fans))).toEqual([[2], [], []]);
      const names = from(Fan)
        .orderBy((f) => f.name)
        .select((f) => f.name);
      expect((await repo.all(teams.preload({ fans: names }))).map((team) => team.fans)).toEqual([["ann", "bob"], ["ann"], []]);
    }
  });

  test("a condition that a function of the schema makes anew", async () => {
    for (const goals of [0, 5, 9]) {
      least = goals;
      const [one] = await repo.all(teams.preload("big"));
      expect(ids(one?.big ?? [])).toEqual([1, 2].filter((id) => (id === 1 ? 1 : 5) >= goals));
    }
  });

  test("a prepared query, with and without a plan that is kept", async () => {
    const above = repo.prepare((p: Slots<{ id: number }>) =>
      teams.where((t) => t.id.gt(p.id)).preload({ home: from(Match).where((m) => m.goals.lt(6)), fans: true }),
    );
    for (const id of [0, 1, 2, 3, 0]) {
      const expected = [[1, 2], [], []].slice(id);
      expect((await above.all({ id })).map(({ home }) => ids(home))).toEqual(expected);
      expect((await above.all({ id }, { queryCache: false })).map(({ home }) => ids(home))).toEqual(expected);
    }
  });

  test.each(["json", "queries"] as const)("values of a prepared query in the query of a preload (%s)", async (preloadStrategy) => {
    const goals = repo.prepare((p: Slots<{ least: number; id: number; name: string }>) =>
      teams
        .where((t) => t.id.gte(p.id))
        .preload({
          home: from(Match)
            .where((m) => m.goals.gte(p.least))
            .orderBy("id"),
          fans: [from(Fan).where((f) => f.name.eq(p.name)), { teams: from(Team).where((t) => t.id.gte(p.id)) }],
        }),
    );
    for (const queryCache of [true, false]) {
      for (const least of [0, 5, 9, 0]) {
        const options = { preloadStrategy, queryCache };
        const found = await goals.all({ least, id: 1, name: "ann" }, options);
        expect(found.map(({ home }) => ids(home))).toEqual([[1, 2].filter((id) => (id === 1 ? 1 : 5) >= least), [3], []]);
        expect(found.map(({ fans }) => fans.map((fan) => ids(fan.teams).sort()))).toEqual([[[1, 2]], [[1, 2]], []]);
        expect((await goals.one({ least, id: 3, name: "bob" }, options))?.fans).toEqual([]);
      }
    }
    await expect(goals.all({ least: "many" as never, id: 1, name: "ann" }, { preloadStrategy })).rejects.toThrow(/"least".*cannot be cast/);
  });

  test("what prepareQuery says of each call", async () => {
    const opened = await openRepo(database, {
      prepareQuery: (_, query, options: { least?: number }, { table }) =>
        table === "matches" ? (query as any).where((m: any) => m.goals.gte(options.least ?? 0)) : query,
    });
    await createTables(opened, [Team, Match, Fan]);
    await opened.insertAll(Team, [{ id: 1, name: "one" }]);
    await opened.insertAll(Match, [
      { id: 1, goals: 1, homeId: 1, awayId: 1 },
      { id: 2, goals: 5, homeId: 1, awayId: 1 },
    ]);
    for (const goals of [0, 5, 9, 0]) {
      const [one] = await opened.all(from(Team).preload("home"), { least: goals } as object);
      expect(one?.home).toHaveLength([1, 5].filter((one) => one >= goals).length);
    }
  });
});
