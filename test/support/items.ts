// A shop's items, with tables for what one schema does not show: a primary key that is no id, arrays, a tree.
import { field, from, type Repo, schema } from "ectype";
import type { TestDatabase } from "./databases.ts";
import { openRepo } from "./repo.ts";
import { createTables } from "./tables.ts";

export class Item extends schema(
  "items",
  { sku: field.string(), name: field.string(), stock: field.integer(), kind: field.string(), tags: field.array(field.string()) },
  { timestamps: true },
) {}
export class Plain extends schema(
  "plains",
  { sku: field.string({ primaryKey: true }), name: field.string(), stock: field.integer() },
  { primaryKey: false },
) {}
export class Listed extends schema("listed", {
  flags: field.array(field.boolean()),
  big: field.array(field.bigint()),
  at: field.array(field.date()),
  many: field.array(field.array(field.integer())),
  none: field.array(field.integer()),
}) {}
export class Category extends schema("categories", { name: field.string(), parentId: field.integer() }) {}

/** A repo with the tables. */
export async function openItems(database: TestDatabase): Promise<Repo> {
  const repo = await openRepo(database);
  await createTables(repo, [Item, Plain, Category, Listed]);
  await repo.query("create unique index items_sku_index on items (sku)");
  return repo;
}

export async function clearItems(repo: Repo): Promise<void> {
  for (const cls of [Item, Plain, Category]) await repo.deleteAll(cls);
}

/** Three items of two kinds, and categories that are a tree. */
export async function seedItems(repo: Repo): Promise<void> {
  const at = { insertedAt: new Date("2026-01-01T00:00:00Z"), updatedAt: new Date("2026-01-01T00:00:00Z") };
  await repo.insertAll(Item, [
    { sku: "a", kind: "x", stock: 1, ...at },
    { sku: "b", kind: "x", stock: 2, ...at },
    { sku: "c", kind: "y", stock: null, ...at },
  ]);
  await repo.insertAll(Category, [
    { id: 1, name: "root", parentId: null },
    { id: 2, name: "child", parentId: 1 },
    { id: 3, name: "leaf", parentId: 2 },
  ]);
}

export const item = (attrs: object) => Item.build({ sku: "a", name: "one", stock: 1, ...attrs });

/** The items that are in the table, in the order of their sku. */
export const stored = async (repo: Repo) => (await repo.all(from(Item).orderBy("sku"))).map(({ sku, name, stock }) => [sku, name, stock]);
