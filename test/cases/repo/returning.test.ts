import { change, type Repo } from "ectype";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { clearItems, item, openItems } from "../../support/items.ts";

describe.each(databases)("returning on $label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openItems(database);
  });
  beforeEach(async () => {
    await clearItems(repo);
  });

  test("returning reads back fields, or all", async () => {
    const made = await repo.insertOrThrow(item({}), { returning: true });
    expect(made.name).toBe("one");
    await repo.query("update items set name = 'behind'");
    const updated = await repo.updateOrThrow(change(made, { stock: 3 }), { returning: ["name"] });
    expect([updated.name, updated.stock]).toEqual(["behind", 3]);
    await expect((async () => repo.insert(item({ sku: "z" }), { returning: ["nam" as "name"] }))()).rejects.toThrow(/nam/);
  });
});
