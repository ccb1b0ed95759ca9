import { count, Decimal, field, from, type Repo, rowNumber, schema } from "ectype";
import { beforeAll, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { createTables } from "../../support/tables.ts";

class Price extends schema("prices", { net: field.decimal(), tax: field.decimal() }) {}

describe.each(databases)("windows over decimals on $label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRepo(database);
    await createTables(repo, [Price]);
    const rows = [
      ["0.1", "0.2"],
      ["0.3", "0"],
      ["0.30", "0.0"],
    ] as const;
    await repo.insertAll(
      Price,
      rows.map(([net, tax]) => ({ net: new Decimal(net), tax: new Decimal(tax) })),
    );
  });

  test("put computed ones that are equal together", async () => {
    const numbered = from(Price)
      .orderBy("id")
      .select((p) => rowNumber().over({ partitionBy: p.net.add(p.tax), orderBy: p.id }));
    expect(await repo.all(numbered)).toEqual([1, 2, 3]);
    expect(await repo.one(from(Price).select((p) => count(p.net.add(p.tax), "distinct")))).toBe(1);
    expect(await repo.one(from(Price).select((p) => count(p.net, "distinct")))).toBe(2);
  });
});
