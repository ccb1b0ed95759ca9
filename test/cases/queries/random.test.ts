import fc from "fast-check";
import { type Binding, type Condition, count, exists, type Expr, field, from, hasMany, belongsTo, type Repo, schema, sum } from "ectype";
import { beforeAll, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";

// Random queries over a few rows, beside a plain evaluation of the same in JavaScript. SQL's three-valued logic is null, true and false here.
class Team extends schema("teams", { name: field.string({ null: false }), players: () => hasMany(Player) }) {}
class Player extends schema("players", {
  name: field.string({ null: false }),
  score: field.integer(),
  age: field.integer(),
  team: () => belongsTo(Team),
}) {}

type Row = { id: number; name: string; score: number | null; age: number | null; teamId: number | null };
type Logic = boolean | null;
const teams = [
  { id: 1, name: "red" },
  { id: 2, name: "blue" },
  { id: 3, name: "none" },
];
const players: readonly Row[] = [
  { id: 1, name: "ann", score: 3, age: 30, teamId: 1 },
  { id: 2, name: "bob", score: null, age: 20, teamId: 1 },
  { id: 3, name: "cid", score: 3, age: null, teamId: 2 },
  { id: 4, name: "Dan", score: -1, age: 20, teamId: null },
  { id: 5, name: "eve", score: 0, age: null, teamId: 2 },
  { id: 6, name: "a_b", score: null, age: null, teamId: null },
];

const COLUMNS = ["id", "score", "age", "teamId"] as const;
type Column = (typeof COLUMNS)[number];
type Value = { kind: "column"; column: Column } | { kind: "sum"; left: Value; right: Value } | { kind: "constant"; value: number };
type Tree =
  | { kind: "compare"; op: "eq" | "ne" | "lt" | "lte" | "gt" | "gte"; left: Value; right: Value }
  | { kind: "in"; left: Value; list: number[]; negated: boolean }
  | { kind: "null"; value: Value; negated: boolean }
  | { kind: "between"; value: Value; low: number; high: number }
  | { kind: "and" | "or"; parts: Tree[] }
  | { kind: "not"; part: Tree }
  | { kind: "hasTeam"; name: string };

const small = fc.integer({ min: -2, max: 6 });
const column = fc.constantFrom(...COLUMNS).map((name): Value => ({ kind: "column", column: name }));
const value: fc.Arbitrary<Value> = fc.oneof(
  column,
  fc.record({
    kind: fc.constant("sum" as const),
    left: column,
    right: fc.oneof(
      column,
      small.map((n): Value => ({ kind: "constant", value: n })),
    ),
  }),
);
const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    fc.record({
      kind: fc.constant("compare" as const),
      op: fc.constantFrom("eq", "ne", "lt", "lte", "gt", "gte"),
      left: value,
      right: fc.oneof(
        value,
        small.map((n): Value => ({ kind: "constant", value: n })),
      ),
    }),
    fc.record({ kind: fc.constant("in" as const), left: value, list: fc.array(small, { maxLength: 4 }), negated: fc.boolean() }),
    fc.record({ kind: fc.constant("null" as const), value, negated: fc.boolean() }),
    fc.record({ kind: fc.constant("between" as const), value, low: small, high: small }),
    fc.record({ kind: fc.constant("hasTeam" as const), name: fc.constantFrom("red", "blue", "none") }),
    fc.record({ kind: fc.constantFrom("and" as const, "or" as const), parts: fc.array(tie("tree"), { maxLength: 3 }) }),
    fc.record({ kind: fc.constant("not" as const), part: tie("tree") }),
  ) as fc.Arbitrary<Tree>,
}));

type P = Binding<Player>;

function sqlValue(p: P, one: Value): Expr<number | null> {
  if (one.kind === "column") return p[one.column] as Expr<number | null>;
  if (one.kind === "sum")
    return sqlValue(p, one.left).add(one.right.kind === "constant" ? one.right.value : (sqlValue(p, one.right) as never));
  throw new Error("a constant stands on the right only");
}
function sqlTree(p: P, one: Tree): Condition {
  switch (one.kind) {
    case "compare":
      return sqlValue(p, one.left)[one.op](one.right.kind === "constant" ? one.right.value : (sqlValue(p, one.right) as never));
    case "in":
      return one.negated ? sqlValue(p, one.left).notIn(one.list) : sqlValue(p, one.left).in(one.list);
    case "null":
      return one.negated ? sqlValue(p, one.value).isNotNull() : sqlValue(p, one.value).isNull();
    case "between":
      return sqlValue(p, one.value).between(one.low, one.high);
    case "hasTeam":
      return exists(from(Team).where((team) => team.id.eq(p.teamId).and(team.name.eq(one.name))));
    case "not":
      return sqlTree(p, one.part).not();
    default: {
      const [head, ...rest] = one.parts.map((part) => sqlTree(p, part));
      // Of none, and is true, or false.
      if (!head) return one.kind === "and" ? p.id.isNotNull() : p.id.isNull();
      return head[one.kind](...rest);
    }
  }
}

function plainValue(row: Row, one: Value): number | null {
  if (one.kind === "constant") return one.value;
  if (one.kind === "column") return row[one.column];
  const [left, right] = [plainValue(row, one.left), plainValue(row, one.right)];
  return left === null || right === null ? null : left + right;
}
const not = (one: Logic): Logic => (one === null ? null : !one);
const all = (parts: readonly Logic[]): Logic => (parts.includes(false) ? false : parts.includes(null) ? null : true);
const any = (parts: readonly Logic[]): Logic => (parts.includes(true) ? true : parts.includes(null) ? null : false);
const OPS = {
  eq: (a: number, b: number) => a === b,
  ne: (a: number, b: number) => a !== b,
  lt: (a: number, b: number) => a < b,
  lte: (a: number, b: number) => a <= b,
  gt: (a: number, b: number) => a > b,
  gte: (a: number, b: number) => a >= b,
};

function plainTree(row: Row, one: Tree): Logic {
  switch (one.kind) {
    case "compare": {
      const [left, right] = [plainValue(row, one.left), plainValue(row, one.right)];
      return left === null || right === null ? null : OPS[one.op](left, right);
    }
    case "in": {
      const left = plainValue(row, one.left);
      const found = one.list.length === 0 ? false : left === null ? null : one.list.includes(left);
      return one.negated ? not(found) : found;
    }
    case "null":
      return (plainValue(row, one.value) === null) !== one.negated;
    case "between": {
      const found = plainValue(row, one.value);
      return found === null ? null : found >= one.low && found <= one.high;
    }
    case "hasTeam":
      return teams.some((team) => team.id === row.teamId && team.name === one.name);
    case "not":
      return not(plainTree(row, one.part));
    default:
      return (one.kind === "and" ? all : any)(one.parts.map((part) => plainTree(row, part)));
  }
}

interface Shape {
  readonly wheres: Tree[];
  readonly order: Column;
  readonly desc: boolean;
  readonly limit: number;
  readonly offset: number;
}
const shape: fc.Arbitrary<Shape> = fc.record({
  wheres: fc.array(tree, { maxLength: 3 }),
  order: fc.constantFrom(...COLUMNS),
  desc: fc.boolean(),
  limit: fc.integer({ min: 0, max: 7 }),
  offset: fc.integer({ min: 0, max: 3 }),
});

/** Nulls last, then by id. */
function compare({ order, desc }: Shape, a: Row, b: Row): number {
  const [x, y] = [a[order], b[order]];
  if (x === y) return a.id - b.id;
  if (x === null || y === null) return x === null ? 1 : -1;
  return desc ? y - x : x - y;
}

describe.each(databases)("random queries on $label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRepo(database);
    await repo.query("create table teams (id integer primary key, name text not null)");
    await repo.query("create table players (id integer primary key, name text not null, score integer, age integer, team_id integer)");
    await repo.insertAll(Team, teams);
    await repo.insertAll(Player, players);
  });

  test("give the rows that a plain evaluation gives, in its order", async () => {
    await fc.assert(
      fc.asyncProperty(shape, async (one) => {
        let query = from(Player);
        for (const part of one.wheres) query = query.where((p) => sqlTree(p, part));
        query = query
          .orderBy({ [one.order]: one.desc ? "descNullsLast" : "ascNullsLast" })
          .orderBy("id")
          .limit(one.limit)
          .offset(one.offset);
        const rows = players.filter((row) => one.wheres.every((part) => plainTree(row, part) === true));
        const expected = rows.sort((a, b) => compare(one, a, b)).slice(one.offset, one.offset + one.limit);
        expect(await repo.all(query.select((p) => p.id))).toEqual(expected.map((row) => row.id));
        expect(await repo.aggregate(query.exclude("limit", "offset", "orderBy"), "count")).toBe(rows.length);
      }),
      { numRuns: 250 },
    );
  });

  test("joins, groups and aggregates agree with a plain evaluation", async () => {
    await fc.assert(
      fc.asyncProperty(tree, fc.boolean(), fc.integer({ min: 0, max: 3 }), async (part, left, least) => {
        const joined = left ? from(Player).leftJoin("team") : from(Player).join("team");
        const query = joined
          .where((p) => sqlTree(p, part))
          .groupBy((_, { team }) => [team.id, team.name])
          .having((p) => count(p.id).gte(least))
          .orderBy((_, { team }) => team.id.ascNullsLast())
          .select((p, { team }) => ({ team: team.name, players: count(p.id), scored: count(p.score), total: sum(p.score) }));
        const kept = players.filter((row) => plainTree(row, part) === true && (left || row.teamId !== null));
        const expected = [...teams, null].flatMap((team) => {
          const rows = kept.filter((row) => row.teamId === (team?.id ?? null));
          if (rows.length === 0 || rows.length < least) return [];
          const scores = rows.flatMap((row) => (row.score === null ? [] : [row.score]));
          return [
            {
              team: team?.name ?? null,
              players: rows.length,
              scored: scores.length,
              total: scores.length === 0 ? null : scores.reduce((a, b) => a + b),
            },
          ];
        });
        expect(await repo.all(query)).toEqual(expected);
      }),
      { numRuns: 150 },
    );
  });
});
