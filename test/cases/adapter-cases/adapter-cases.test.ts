import { ArgumentError } from "ectype";
import { adapterCases } from "ectype/testing/cases";
import { afterAll, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { refusals } from "../../support/refusals.ts";
import { openRepo } from "../../support/repo.ts";

describe.each(databases)("the cases of an adapter on $label", (database) => {
  const cases = adapterCases({ open: () => openRepo(database), deviations: refusals[database.name] });
  afterAll(cases.close);
  test.each([...cases].map(({ feature, name, run }) => [`${feature}: ${name}`, run] as const))("%s", (_, run) => run());
});

describe("adapterCases", () => {
  const [sqlite] = databases;
  const open = () => openRepo(sqlite as (typeof databases)[number]);
  const find = (cases: ReturnType<typeof adapterCases>, key: string) =>
    [...cases].find(({ feature, name }) => `${feature}: ${name}` === key) as ReturnType<typeof adapterCases> extends Iterable<infer C>
      ? C
      : never;

  test("no two cases have one name", () => {
    const names = [...adapterCases({ open })].map(({ feature, name }) => `${feature}: ${name}`);
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  });

  test("a case that is marked passes where the database fails it, and fails where it does not", async () => {
    const key = "transactions: a Multi is undone whole";
    const cases = adapterCases({ open, deviations: { [key]: "it has no transactions" } });
    expect(find(cases, key).deviation).toBe("it has no transactions");
    await expect(find(cases, key).run()).rejects.toThrow(
      /passes "transactions: a Multi is undone whole".*"it has no transactions".*take it out/,
    );
  });

  test("a case that the database fails passes where it is marked, and fails where it is not", async () => {
    const key = "transactions: transact takes back what ends in err";
    const without = async () => {
      const repo = await open();
      repo.transact = (() => Promise.resolve({ ok: true, value: 1 })) as never;
      return repo;
    };
    await find(adapterCases({ open: without, deviations: { [key]: "it has no transactions" } }), key).run();
    await expect(find(adapterCases({ open: without }), key).run()).rejects.toThrow(/deep/i);
  });

  test("a deviation is a case, and has a reason", () => {
    expect(() => adapterCases({ open, deviations: { "streams: none": "x" } })).toThrow(/there is no case "streams: none"/);
    expect(() => adapterCases({ open, deviations: { "transactions: a Multi is undone whole": " " } })).toThrow(/needs its reason/);
    expect(() => adapterCases({ open, deviation: {} } as never)).toThrow(/unknown option "deviation"/);
    expect(() => adapterCases({} as never)).toThrow(ArgumentError);
  });

  test("a repo that cannot be opened fails its cases, and close goes on", async () => {
    const cases = adapterCases({ open: () => Promise.reject(new Error("no database")) });
    await expect(find(cases, "streams: every row comes once, in the order of the query").run()).rejects.toThrow("no database");
    await cases.close();
  });
});
