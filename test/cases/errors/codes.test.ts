import { cast, change, EctypeError, from, type Repo } from "ectype";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { clearItems, item, Item, openItems } from "../../support/items.ts";

describe.each(databases)("codes of errors on $label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openItems(database);
  });
  beforeEach(async () => {
    await clearItems(repo);
  });

  test("every error has a code, and names what it is about", async () => {
    const errors = await Promise.all(
      [
        () => repo.get(Item, "x" as never),
        () => repo.oneOrThrow(Item),
        () => repo.insertOrThrow(cast(item({}), {}, []).validateRequired("kind")),
        () => repo.update(change({ ...item({}) } as never)),
        () => repo.query("nonsense"),
        () => repo.all(from(Item).where((i) => (i as unknown as { nope: typeof i.sku }).nope.eq("x"))),
        () => repo.insert(item({ stock: "many" })),
        () => repo.delete(Item.build()),
      ].map(async (call) => {
        try {
          await call();
          return null;
        } catch (error) {
          return error;
        }
      }),
    );
    expect(errors.map((error) => (error instanceof EctypeError ? error.code : error))).toEqual([
      "CAST",
      "NO_RESULTS",
      "INVALID_CHANGESET",
      "ARGUMENT",
      "DATABASE",
      "QUERY",
      "CHANGE",
      "NO_PRIMARY_KEY_VALUE",
    ]);
    expect((errors[6] as Error).message).toMatch(/stock.*Item|Item.*stock/s);
  });
});
