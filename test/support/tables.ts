import type { AnySchema, Repo, SchemaInfo, Type } from "ectype";

type Names = Readonly<Record<string, string>>;
const SQLITE: Names = { integer: "INTEGER", bigint: "INTEGER", boolean: "INTEGER", float: "REAL", decimal: "DECIMAL_TEXT", binary: "BLOB" };
const POSTGRES: Names = {
  integer: "bigint",
  bigint: "bigint",
  boolean: "boolean",
  float: "double precision",
  decimal: "numeric",
  binary: "bytea",
  uuid: "uuid",
  date: "date",
  time: "time",
  naiveDatetime: "timestamp",
  utcDatetime: "timestamp",
  utcDatetimeUsec: "timestamp",
  duration: "interval",
  bitstring: "varbit",
  json: "jsonb",
};

/** Creates the tables of schemas as their fields say, and the join tables that are named by text; tables that are there stay. */
export async function createTables(repo: Repo, schemas: readonly AnySchema[]): Promise<void> {
  const made = new Set<string>();
  for (const cls of schemas) {
    const info = (cls as unknown as { schema: SchemaInfo }).schema;
    if (info.source === null) continue;
    const table = tableName(info.prefix, info.source);
    if (info.prefix !== null && repo.adapter.name === "postgres") await repo.query(`create schema if not exists ${quote(info.prefix)}`);
    await create(repo, table, columnsOf(info, repo.adapter.name));
    for (const name of info.associations) {
      const association = info.associationOrThrow(name);
      if (association.kind !== "manyToMany" || association.join.schema || made.has(association.join.source)) continue;
      const { join, ownerKeys, relatedKeys, owner, related } = association;
      made.add(join.source);
      const column = (at: number, names: readonly string[], keys: readonly string[], side: SchemaInfo) =>
        `${quote(names[at] as string)} ${typeName(side.fieldOrThrow(keys[at] as string).type, repo.adapter.name)}`;
      await create(repo, tableName(info.prefix, join.source), [
        ...ownerKeys.map((_, at) => column(at, join.ownerColumns, ownerKeys, owner)),
        ...relatedKeys.map((_, at) => column(at, join.relatedColumns, relatedKeys, related)),
      ]);
    }
  }
}

async function create(repo: Repo, table: string, columns: readonly string[]): Promise<void> {
  await repo.query(`create table if not exists ${table} (${columns.join(", ")})`);
}

function columnsOf(info: SchemaInfo, database: string): string[] {
  const alone = info.primaryKey.length === 1;
  const columns = info.fields.map((name) => {
    const field = info.fieldOrThrow(name);
    if (field.autogenerate === "database" && alone && field.primaryKey) {
      return `${quote(field.column)} ${database === "sqlite" ? "INTEGER PRIMARY KEY" : "bigserial primary key"}`;
    }
    const text = `${quote(field.column)} ${typeName(field.type, database)}`;
    return field.primaryKey && alone ? `${text} primary key` : field.nullable ? text : `${text} not null`;
  });
  if (info.primaryKey.length > 1)
    columns.push(`primary key (${info.primaryKey.map((name) => quote(info.columns[name] as string)).join(", ")})`);
  return columns;
}

export function typeName(type: Type, database: string): string {
  if (database === "sqlite") return SQLITE[type.storage] ?? "TEXT";
  if (type.storage === "array") return `${typeName(type.inner as Type, database)}[]`;
  const name = POSTGRES[type.storage] ?? "text";
  const { precision } = (type.params ?? {}) as { precision?: number };
  return /^time/.test(name) && precision !== undefined ? `${name}(${precision})` : name;
}

function tableName(prefix: string | null, name: string): string {
  return prefix === null ? quote(name) : `${quote(prefix)}.${quote(name)}`;
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
