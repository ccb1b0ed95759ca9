import { embeddedSchema, embedsOne, field, from, LoadError, type Repo, schema } from "ectype";
import { beforeAll, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { createTables } from "../../support/tables.ts";

class Part extends embeddedSchema({ name: field.string() }) {}
class Item extends schema(
  "items",
  { ref: field.uuid(), refs: field.array(field.uuid()), part: embedsOne(() => Part) },
  { primaryKey: { key: field.uuid() } },
) {}

const LOWER = "0198f2e0-0000-7000-8000-00000000abcd";
const UPPER = LOWER.toUpperCase();

describe.each(databases)("letters of a UUID on $label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRepo(database);
    await createTables(repo, [Item]);
  });

  test("capital ones that are given are stored and found as small ones", async () => {
    await repo.insertOrThrow(Item.build({ key: UPPER, ref: UPPER, refs: [UPPER] }));
    for (const text of [UPPER, LOWER]) {
      expect(await repo.getOrThrow(Item, text)).toMatchObject({ key: LOWER, ref: LOWER, refs: [LOWER] });
      expect((await repo.getBy(Item, { ref: text }))?.key).toBe(LOWER);
    }
    await repo.deleteAll(Item);
  });

  test("capital ones that another program wrote are found by what is read, or not read at all", async () => {
    await repo.query(`insert into items (key, ref) values ('${LOWER}', '${UPPER}')`);
    const refs = repo.all(from(Item).select((i) => i.ref));
    if (database.name === "sqlite") {
      await expect(refs).rejects.toThrow(LoadError);
      await expect(repo.all(Item)).rejects.toThrow(/field "ref" of schema Item.*capital letters.*lower\(/s);
      await repo.query("update items set ref = lower(ref)");
    }
    const [ref] = await repo.all(from(Item).select((i) => i.ref));
    expect(ref).toBe(LOWER);
    expect((await repo.getBy(Item, { ref: ref as string }))?.ref).toBe(LOWER);
    await refs.catch(() => null);
  });
});
