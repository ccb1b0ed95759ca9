import { as, belongsTo, CastError, count, DatabaseError, exists, field, from, QueryError, type Repo, schema } from "ectype";
import { beforeAll, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { createTables } from "../../support/tables.ts";

class Visit extends schema("visits", { account: () => belongsTo(Account) }) {}
class Account extends schema("accounts", { name: field.string(), logins: field.integer(), token: field.string({ redact: true }) }) {}

/** The last two lines of the message with which a call fails: the clause, and the carets below it. */
async function place(call: Promise<unknown>, kind: typeof QueryError | typeof CastError): Promise<readonly string[]> {
  const error = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(kind);
  return (error as Error).message.split("\n").slice(-2);
}

describe.each(databases)("errors of queries on $label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRepo(database);
    await createTables(repo, [Account]);
    await repo.insertAll(Account, [{ name: "ada", logins: 1, token: "t0" }]);
  });

  test("show the beginning of a long statement, and hold all of it", async () => {
    const sql = `select ${"1, ".repeat(5000)} none from nowhere`;
    const error: unknown = await repo.query(sql).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DatabaseError);
    expect((error as DatabaseError).message.length).toBeLessThan(2500);
    expect((error as DatabaseError).sql).toBe(sql);
  });

  test("mark the very expression of a read", async () => {
    const query = from(Account).where((a) => a.name.eq("ada").and(a.token.eq("t0"), as("owner", Account).logins.eq(1)));
    const lines = [
      'here: where: (a0.name == ^"ada") and (a0.token == ^**redacted**) and (as("owner").logins == ^1)',
      "                                                                      ^^^^^^^^^^^^^^^^^^",
    ];
    expect(await place(repo.all(query), QueryError)).toEqual(lines);
    expect(await repo.one(from(query).as("owner"))).toMatchObject({ name: "ada" });
  });

  test("mark the very expression of a change, which changes nothing", async () => {
    const change = from(Account).where((a) => a.name.eq("ada"));
    const set = () => ({ set: { name: "x", logins: as("owner", Account).logins } });
    const lines = [
      'here: update: {set: {name: ^"x", logins: as("owner").logins}}',
      "                                         ^^^^^^^^^^^^^^^^^^",
    ];
    expect(await place(repo.updateAll(change, set as never), QueryError)).toEqual(lines);
    expect(await repo.aggregate(change, "count")).toBe(1);
  });

  test("name the query around the one that they are about", async () => {
    const failure = async (make: () => unknown): Promise<string> => {
      try {
        await repo.all(make() as never);
      } catch (error) {
        return (error as Error).message;
      }
      return "none";
    };
    const inner: any = from(Account);
    const outer: any = from(Account).where({ name: "ada" });
    const around = 'in outer query: #Query<from a0 in Account, where: a0.name == ^"ada">';
    const wrong: readonly (() => unknown)[] = [
      () => inner.where((a: any) => a.nope.eq(1)),
      () => inner.where({ nope: 1 }),
      () => inner.where({ logins: undefined }),
      () => inner.where({ logins: "many" }),
      () => inner.orderBy("nope"),
      () => inner.select(["nope"]),
      () => inner.limit("x"),
      () => inner.join("nope"),
    ];
    for (const make of wrong) {
      const own = await failure(make);
      expect(own).not.toContain("in outer query");
      for (const nested of [() => outer.where(() => exists(make() as never)), () => outer.select(() => ({ x: make() }))]) {
        const message = await failure(nested);
        expect(message, String(make)).toContain(own.split("\n")[0]);
        expect(message, String(make)).toContain("\nin query: #Query<from a0 in Account>");
        expect(message.endsWith(around), message).toBe(true);
      }
    }
    const deep = await failure(() => outer.where(() => exists(inner.where(() => exists(inner.where((a: any) => a.nope.eq(1)))))));
    expect(deep.split("\n").slice(1)).toEqual([
      "in query: #Query<from a0 in Account>",
      "in outer query: #Query<from a0 in Account>",
      around,
    ]);
  });

  test("name the query whose preload cannot be planned", async () => {
    await createTables(repo, [Visit]);
    await repo.insertOrThrow(Visit.build({ accountId: 1 }));
    const lost = from(Account).where(() => as("nobody", Account).logins.eq(1));
    const visits = from(Visit).preload({ account: lost });
    const failed = await repo.all(visits, { preloadStrategy: "queries" }).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(QueryError);
    expect((failed as Error).message.split("\n")).toEqual([
      'there is no binding named "nobody". There are none.',
      'in query: #Query<from a0 in Account, where: (as("nobody").logins == ^1) and (a0.id == ^1)>',
      'here: where: (as("nobody").logins == ^1) and (a0.id == ^1)',
      "              ^^^^^^^^^^^^^^^^^^^",
      'in outer query: #Query<from v0 in Visit, preload: {account: #Query<from a0 in Account, where: as("nobody").logins == ^1>}>',
    ]);
  });

  test("mark the value that cannot be cast", async () => {
    const call = async () => repo.all(from(Account).where((a) => a.name.eq("ada").and(a.logins.gt("many" as never))));
    expect(await place(call(), CastError)).toEqual(['here: a0.logins > ^"many"', "                  ^^^^^^^"]);
  });

  test("leave the query's other runs alone", async () => {
    const shared = from(Account).select((a) => count(a.id));
    expect(await place(repo.all(shared.where(() => as("x", Account).id.eq(1))), QueryError)).toEqual([
      'here: where: as("x").id == ^1',
      "             ^^^^^^^^^^",
    ]);
    expect(await repo.all(shared)).toEqual([1]);
  });
});
