import { as, CastError, count, DatabaseError, field, from, QueryError, type Repo, schema } from "ectype";
import { beforeAll, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { createTables } from "../../support/tables.ts";

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
