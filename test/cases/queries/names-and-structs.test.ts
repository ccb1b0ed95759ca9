import {
  as,
  belongsTo,
  Decimal,
  dynamic,
  exists,
  field,
  from,
  hasMany,
  merge,
  meta,
  parentAs,
  QueryError,
  type Repo,
  schema,
  struct,
} from "ectype";
import { beforeAll, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { createTables } from "../../support/tables.ts";

class Club extends schema("clubs", { name: field.string(), players: () => hasMany(Player) }) {}
class Player extends schema("players", {
  name: field.string(),
  goals: field.integer({ default: 7 }),
  fee: field.decimal(),
  tags: field.array(field.string(), { default: [] }),
  label: field.string({ virtual: true, default: "none" }),
  club: () => belongsTo(Club),
}) {}

describe.each(databases)("names and structs of one's own on $label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRepo(database);
    await createTables(repo, [Club, Player]);
    const club = await repo.insertOrThrow(Club.build({ name: "reds" }));
    await repo.insertAll(Player, [
      { name: "ada", goals: 1, fee: new Decimal("1.50"), clubId: club.id },
      { name: "bob", goals: 2, fee: new Decimal("9"), clubId: club.id },
    ]);
  });

  test("a binding whose name is known only when the program runs stands in dynamics of every clause", async () => {
    for (const name of ["players", 'odd "name"', "constructor"]) {
      const joined = from(Club).join(name, Player, (c, joins) => (joins as any)[name].clubId.eq(c.id));
      const named = dynamic(() => as(name, Player).goals.gt(1));
      const looked = dynamic((_, joins) => (joins as any)[name].goals.gt(1));
      for (const condition of [named, looked, dynamic.and([named, looked])]) {
        const query = joined
          .where(condition as never)
          .orderBy(dynamic(() => as(name, Player).name.desc()) as never)
          .select(() => as(name, Player).name);
        expect(await repo.all(query)).toEqual(["bob"]);
      }
    }
    const counted = from(Club)
      .as("outer")
      .where(dynamic(() => exists(from(Player).where((p) => p.clubId.eq(parentAs("outer", Club).id)))) as never);
    expect(await repo.all(counted.select((c) => c.name))).toEqual(["reds"]);
    const beside = from(Club)
      .as("outer")
      .where(() => exists(from(Player).where((p) => p.clubId.eq(as("outer", Club).id))));
    await expect(repo.all(beside)).rejects.toThrow(
      'there is no binding named "outer" in this query; one around it has it: parentAs("outer")',
    );
    await expect(repo.all(from(Club).where(dynamic(() => as("gone", Club).id.eq(1)) as never))).rejects.toThrow(QueryError);
  });

  test("a preload out of a join that is named when the program runs", async () => {
    for (const name of ["players", "others"]) {
      const joined = from(Club).leftJoin(name, Player, (c, joins) => (joins as any)[name].clubId.eq(c.id));
      const tree = Object.fromEntries([["players", name]]) as { players: string };
      const [club] = await repo.all(joined.orderBy((_, joins) => (joins as any)[name].id).preload(tree as never));
      expect(((club as any).players as Player[]).map((one) => one.name)).toEqual(["ada", "bob"]);
    }
    const chosen = ["players"];
    expect(((await repo.all(from(Club).preload(chosen as never)))[0] as any).players).toHaveLength(2);
  });

  test("struct() makes a struct of expressions and values, loaded, with the defaults of all other fields", async () => {
    const query = from(Player)
      .orderBy("id")
      .select((p) => struct(Player, { name: p.name.concat("!"), fee: p.fee.mul(2), clubId: 5, id: null as never }));
    const rows = await repo.all(query);
    expect(rows[0]).toBeInstanceOf(Player);
    expect(meta(rows[0] as Player)).toMatchObject({ schema: Player, source: "players", state: "loaded" });
    expect(rows).toMatchObject([
      { id: null, name: "ada!", goals: 7, fee: new Decimal("3"), tags: [], label: "none", clubId: 5 },
      { id: null, name: "bob!", goals: 7, fee: new Decimal("18"), tags: [], label: "none", clubId: 5 },
    ]);
    (rows[0] as { tags: string[] }).tags.push("own");
    expect(rows[1]?.tags).toEqual([]);
    const within = from(Player)
      .orderBy("id")
      .limit(1)
      .select((p) => ({ player: struct(Player, { goals: p.goals }), name: p.name }));
    expect(await repo.one(within)).toMatchObject({ player: { goals: 1, name: null }, name: "ada" });
    const changed = from(Player)
      .orderBy("id")
      .limit(1)
      .select((p) => merge(p, { label: p.name.concat("?"), goals: 0 }));
    const merged = (await repo.one(changed)) as Player;
    expect(merged).toMatchObject({ name: "ada", label: "ada?", goals: 0 });
    expect(meta(merged).state).toBe("loaded");
  });

  test("a built struct in a select is an error that names struct()", () => {
    const wrong: readonly (() => unknown)[] = [
      () => from(Player).select(() => Player.build({ name: "x" }) as never),
      () => from(Player).select(() => ({ deep: [Player.build({})] }) as never),
      () => from(Player).select((p) => merge(p, Player.build({ name: "x" }) as never)),
      () => from(Player).selectMerge(() => Player.build({ name: "x" }) as never),
    ];
    for (const make of wrong) {
      expect(make).toThrow(QueryError);
      expect(make).toThrow(/struct\(Player, \{ … \}\)/);
    }
  });
});
