// What SQLite tells of its own tables.
import type { Ask } from "../core/adapter/index.ts";
import { quoteIdentifier } from "../sql/index.ts";

/** A foreign key, as the database has it. */
export interface ForeignKey {
  /** The table that holds it. */
  readonly table: string;
  readonly from: readonly string[];
  readonly parent: string;
  /** The columns that it refers to. */
  readonly to: readonly string[];
  readonly onUpdate: string;
  readonly onDelete: string;
}

type KeyRow = [table: string, id: number, from: string, parent: string, to: string | null, onUpdate: string, onDelete: string];
const KEY = 'f.id, f."from", f."table", f."to", f.on_update, f.on_delete';

/** The text that made a table; empty where there is none. */
export async function tableSql(ask: Ask, prefix: string | null, table: string): Promise<string> {
  const [row] = await ask(`SELECT sql FROM ${schemaTable(prefix)} WHERE type = 'table' AND lower(name) = lower(?)`, [table]);
  return typeof row?.[0] === "string" ? row[0] : "";
}

/** The foreign keys of a table, in the order of their declaration. */
export async function foreignKeysOf(ask: Ask, prefix: string | null, table: string): Promise<ForeignKey[]> {
  const sql = `SELECT ?, ${KEY} FROM pragma_foreign_key_list(?, ?) AS f ORDER BY f.id DESC, f.seq`;
  return together(ask, prefix, (await ask(sql, [table, table, prefix])) as never);
}

/** The foreign keys that refer to a table, in the order of their declaration. */
export async function foreignKeysTo(ask: Ask, prefix: string | null, table: string): Promise<ForeignKey[]> {
  const sql = `SELECT m.name, ${KEY} FROM ${schemaTable(prefix)} AS m, pragma_foreign_key_list(m.name, ?) AS f WHERE m.type = 'table' AND lower(f."table") = lower(?) ORDER BY m.rowid, f.id DESC, f.seq`;
  return together(ask, prefix, (await ask(sql, [prefix, table])) as never);
}

async function together(ask: Ask, prefix: string | null, rows: readonly KeyRow[]): Promise<ForeignKey[]> {
  const byKey = new Map<string, KeyRow[]>();
  for (const row of rows) {
    const id = `${row[1]}:${row[0]}`;
    byKey.set(id, [...(byKey.get(id) ?? []), row]);
  }
  const keys: ForeignKey[] = [];
  for (const parts of byKey.values()) {
    const [table, , , parent, first, onUpdate, onDelete] = parts[0] as KeyRow;
    const from = parts.map((part) => part[2]);
    const to = first === null ? await primaryKey(ask, prefix, parent) : parts.map((part) => part[4] as string);
    // A key that refers to what is not there refuses every row.
    if (to.length === from.length) keys.push({ table, from, parent, to, onUpdate, onDelete });
  }
  return keys;
}

async function primaryKey(ask: Ask, prefix: string | null, table: string): Promise<string[]> {
  const rows = await ask("SELECT name FROM pragma_table_info(?, ?) WHERE pk > 0 ORDER BY pk", [table, prefix]);
  return rows.map(([name]) => name as string);
}

function schemaTable(prefix: string | null): string {
  return `${prefix === null ? "" : `${quoteIdentifier(prefix)}.`}sqlite_schema`;
}

/** Whether two lists of names are the same to SQLite, which ignores the case of ASCII letters. */
export function same(a: readonly (string | null)[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, at) => name !== null && sameName(name, b[at] as string));
}

export function sameName(a: string, b: string): boolean {
  return a === b || a.toLowerCase() === b.toLowerCase();
}
