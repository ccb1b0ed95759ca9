// Which foreign key refused a write, which SQLite does not tell.
import type { Ask, ConstraintFailure, RefusedWrite } from "../core/adapter/index.ts";
import { quoteIdentifier } from "../sql/index.ts";
import { type ForeignKey, foreignKeysOf, foreignKeysTo, same, sameName, tableSql } from "./introspect.ts";
import { tableConstraints } from "./table-sql.ts";

/** A piece of SQL and its values. */
interface Piece {
  readonly sql: string;
  readonly params: readonly unknown[];
}
/** The condition of some rows of a table, under an alias. */
type Rows = (alias: string) => Piece;

/** The foreign key that a write violates: whose parent is missing, or whose child is there. Null where it cannot be told. */
export async function findForeignKey(write: RefusedWrite, ask: Ask): Promise<ConstraintFailure | null> {
  const key = await new Search(write, ask).run();
  if (key === null) return null;
  const declared = tableConstraints(await tableSql(ask, write.table.prefix, key.table));
  const named = declared.find(({ kind, columns }) => kind === "foreignKey" && same(columns, key.from))?.name ?? null;
  const usual = [key.table, ...key.from, "fkey"].join("_");
  return { kind: "foreignKey", constraint: named ?? usual, table: key.table, columns: key.from, others: [usual] };
}

// Cascades that go deeper than this are not followed: the error names no key then.
const MAX_DEPTH = 8;
const MAX_VALUES = 500;

class Search {
  readonly #write: RefusedWrite;
  readonly #ask: Ask;

  constructor(write: RefusedWrite, ask: Ask) {
    this.#write = write;
    this.#ask = ask;
  }

  async run(): Promise<ForeignKey | null> {
    const { action, rows: written, where } = this.#write;
    if (action === "insert" && written.length > 0) return this.#missingParent();
    if (where === null) return this.#onlyOne();
    const rows: Rows = (alias) => this.#all(Object.entries(where).map(([column, value]) => compare(`${alias}.${q(column)}`, "IS", value)));
    return action === "delete" ? this.#blockingChild(this.#write.table.name, rows, 0) : this.#brokenByUpdate(rows);
  }

  /** Of a change whose rows are not known: the only key that it can have violated. */
  async #onlyOne(): Promise<ForeignKey | null> {
    const { action, columns } = this.#write;
    const touched = (names: readonly string[]) => names.some((name) => columns.some((column) => sameName(column, name)));
    const own = action === "delete" ? [] : (await this.#own()).filter(({ from }) => action === "insert" || touched(from));
    const referring = action === "insert" ? [] : await this.#to(this.#write.table.name);
    const to = referring.filter((key) => (action === "delete" ? key.onDelete !== "SET NULL" : touched(key.to) && holds(key.onUpdate)));
    const [only = null, ...more] = [...own, ...to];
    // Behind a cascade there may be others.
    return more.length === 0 && only !== null && (action !== "delete" || holds(only.onDelete)) ? only : null;
  }

  /** The key of new rows whose parent is not there, nor among the rows themselves. */
  async #missingParent(): Promise<ForeignKey | null> {
    const { columns, rows, table } = this.#write;
    const at = (names: readonly string[]) => names.map((name) => columns.findIndex((column) => sameName(column, name)));
    for (const key of await this.#own()) {
      const from = at(key.from);
      if (from.includes(-1)) continue;
      const to = sameName(key.parent, table.name) ? at(key.to) : [-1];
      const own = new Set(to.includes(-1) ? [] : rows.map((row) => tupleText(to.map((index) => row[index]))));
      const tuples = new Map<string, unknown[]>();
      for (const row of rows) {
        const tuple = from.map((index) => row[index]);
        const text = tupleText(tuple);
        if (tuple.every(isPlain) && !own.has(text)) tuples.set(text, tuple);
      }
      if (await this.#anyMissing(key, [...tuples.values()])) return key;
    }
    return null;
  }

  async #anyMissing({ parent, to }: ForeignKey, tuples: readonly (readonly unknown[])[]): Promise<boolean> {
    const size = Math.max(1, Math.floor(MAX_VALUES / to.length));
    const found = to.map((column, at) => `p.${q(column)} = v.column${at + 1}`).join(" AND ");
    for (let start = 0; start < tuples.length; start += size) {
      const part = tuples.slice(start, start + size);
      const values = part.map((tuple) => `(${tuple.map(() => "?").join(", ")})`).join(", ");
      const sql = `SELECT 1 FROM (VALUES ${values}) AS v WHERE NOT EXISTS (SELECT 1 FROM ${this.#table(parent)} AS p WHERE ${found}) LIMIT 1`;
      if (await this.#some({ sql, params: part.flat() })) return true;
    }
    return false;
  }

  async #brokenByUpdate(rows: Rows): Promise<ForeignKey | null> {
    const { columns, rows: written, table } = this.#write;
    const values = written[0] ?? [];
    const indexOf = (name: string) => columns.findIndex((column) => sameName(column, name));
    const condition = rows("r");
    const source = this.#table(table.name);
    for (const key of await this.#own()) {
      if (!key.from.some((name) => indexOf(name) >= 0)) continue;
      const parts = key.from.map((name): Piece => {
        const at = indexOf(name);
        return at < 0 ? { sql: `r.${q(name)}`, params: [] } : { sql: "?", params: [values[at]] };
      });
      const set = this.#all(parts.map(({ sql, params }) => ({ sql: `${sql} IS NOT NULL`, params })));
      const there = this.#all(parts.map(({ sql, params }, at) => ({ sql: `p.${q(key.to[at] as string)} = ${sql}`, params })));
      const sql = `SELECT 1 FROM ${source} AS r WHERE ${condition.sql} AND ${set.sql} AND NOT EXISTS (SELECT 1 FROM ${this.#table(key.parent)} AS p WHERE ${there.sql}) LIMIT 1`;
      if (await this.#some({ sql, params: [...condition.params, ...set.params, ...there.params] })) return key;
    }
    for (const key of await this.#to(table.name)) {
      const changed = key.to.filter((name) => indexOf(name) >= 0);
      if (changed.length === 0 || !holds(key.onUpdate)) continue;
      const same = this.#all(changed.map((name) => compare(`r.${q(name)}`, "IS", values[indexOf(name)])));
      const sql = `SELECT 1 FROM ${source} AS r, ${this.#table(key.table)} AS c WHERE ${condition.sql} AND NOT (${same.sql}) AND ${tied(key, "c", "r")} LIMIT 1`;
      if (await this.#some({ sql, params: [...condition.params, ...same.params] })) return key;
    }
    return null;
  }

  /** The key of a row that refers to the rows that go, or to rows that go with them. */
  async #blockingChild(table: string, rows: Rows, depth: number): Promise<ForeignKey | null> {
    const keys = await this.#to(table);
    for (const key of keys) if (holds(key.onDelete) && (await this.#exists(key, this.#children(key, rows, depth)))) return key;
    if (depth === MAX_DEPTH) return null;
    for (const key of keys) {
      if (key.onDelete !== "CASCADE") continue;
      const children = this.#children(key, rows, depth);
      const below = (await this.#exists(key, children)) ? await this.#blockingChild(key.table, children, depth + 1) : null;
      if (below !== null) return below;
    }
    return null;
  }

  /** The rows that refer to others, and do not go with them themselves. */
  #children(key: ForeignKey, rows: Rows, depth: number): Rows {
    return (alias) => {
      const inner = `r${depth}`;
      const gone = rows(inner);
      const refers = `EXISTS (SELECT 1 FROM ${this.#table(key.parent)} AS ${inner} WHERE ${gone.sql} AND ${tied(key, alias, inner)})`;
      if (!sameName(key.table, key.parent)) return { sql: refers, params: gone.params };
      const itself = rows(alias);
      return { sql: `${refers} AND NOT (${itself.sql})`, params: [...gone.params, ...itself.params] };
    };
  }

  #exists({ table }: ForeignKey, rows: Rows): Promise<boolean> {
    const { sql, params } = rows("c");
    return this.#some({ sql: `SELECT 1 FROM ${this.#table(table)} AS c WHERE ${sql} LIMIT 1`, params });
  }

  async #some({ sql, params }: Piece): Promise<boolean> {
    return (await this.#ask(sql, params)).length > 0;
  }

  #all(pieces: readonly Piece[]): Piece {
    return { sql: pieces.map(({ sql }) => sql).join(" AND "), params: pieces.flatMap(({ params }) => params) };
  }

  #own(): Promise<ForeignKey[]> {
    return foreignKeysOf(this.#ask, this.#write.table.prefix, this.#write.table.name);
  }

  #to(table: string): Promise<ForeignKey[]> {
    return foreignKeysTo(this.#ask, this.#write.table.prefix, table);
  }

  #table(name: string): string {
    const { prefix } = this.#write.table;
    return prefix === null ? q(name) : `${q(prefix)}.${q(name)}`;
  }
}

const q = quoteIdentifier;

/** Whether rows that refer keep what they refer to from going. */
function holds(action: string): boolean {
  return action === "NO ACTION" || action === "RESTRICT";
}

function tied({ from, to }: ForeignKey, child: string, parent: string): string {
  return from.map((name, at) => `${child}.${q(name)} = ${parent}.${q(to[at] as string)}`).join(" AND ");
}

function compare(left: string, operator: string, value: unknown): Piece {
  return { sql: `${left} ${operator} ?`, params: [value] };
}

/** A value as it was sent; a row may also hold a query, or leave a column to the database. */
function isPlain(value: unknown): boolean {
  return value !== null && value !== undefined && (typeof value !== "object" || value instanceof Uint8Array) && typeof value !== "symbol";
}

function tupleText(tuple: readonly unknown[]): string {
  return JSON.stringify(tuple.map((value) => (value instanceof Uint8Array ? [...value] : String(value))));
}
