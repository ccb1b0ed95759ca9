import type { Ask, ConstraintFailure, RefusedWrite } from "../core/adapter/index.ts";
import { findForeignKey } from "./foreign-keys.ts";
import { same, tableSql } from "./introspect.ts";
import { type TableConstraint, tableConstraints } from "./table-sql.ts";

/**
 * What a violation is about, by the names that the schema has: SQLite tells only the columns of a unique index, and of a foreign key nothing.
 * What has no name is called as PostgreSQL would call it, so that the same changeset works on both; the name that migrations give by default is answered to as well.
 */
export async function findConstraint(failure: ConstraintFailure, write: RefusedWrite, ask: Ask): Promise<ConstraintFailure> {
  // A trigger may write another table, but in the same database.
  const { prefix } = write.table;
  switch (failure.kind) {
    case "foreignKey":
      return (await findForeignKey(write, ask)) ?? failure;
    case "check":
      return nameCheck(failure, write.table.name, tableConstraints(await tableSql(ask, prefix, write.table.name)));
    case "unique":
      // An index of expressions is told by its name.
      return failure.table === null ? { ...failure, table: write.table.name } : nameIndex(failure, failure.table, prefix, ask);
    default:
      return failure;
  }
}

/** An unnamed check is told by its expression. */
function nameCheck(failure: ConstraintFailure, table: string, constraints: readonly TableConstraint[]): ConstraintFailure {
  const told = failure.constraint ?? "";
  const checks = constraints.filter(({ kind }) => kind === "check");
  if (checks.some(({ name }) => name === told)) return { ...failure, table };
  const unnamed = checks.find(({ name, text }) => name === null && spaceless(text) === spaceless(told));
  if (unnamed === undefined) return failure;
  const { columns } = unnamed;
  return { ...failure, table, constraint: [table, ...(columns.length === 1 ? columns : []), "check"].join("_"), others: [told] };
}

function spaceless(text: string): string {
  return text.replaceAll(/\s+/g, "");
}

async function nameIndex(failure: ConstraintFailure, table: string, prefix: string | null, ask: Ask): Promise<ConstraintFailure> {
  const { columns, constraint: usual } = failure;
  const constraints = tableConstraints(await tableSql(ask, prefix, table));
  const declared = (kind: TableConstraint["kind"]) => constraints.find((one) => one.kind === kind && same(one.columns, columns))?.name;
  const primaryKey = () => declared("primaryKey") ?? `${table}_pkey`;
  const names = (await uniqueIndexes(ask, prefix, table, columns)).map(([name, origin]) =>
    origin === "c" ? name : origin === "u" ? (declared("unique") ?? [table, ...columns, "key"].join("_")) : primaryKey(),
  );
  // A key of one integer is the row's own number, which needs no index.
  const [constraint, ...more] = names.length > 0 ? names : [primaryKey()];
  return { ...failure, constraint: constraint ?? null, others: [...more, ...(usual === null ? [] : [usual])] };
}

/** The unique indexes over exactly these columns, oldest first, with how they came to be: by CREATE INDEX, UNIQUE or PRIMARY KEY. */
async function uniqueIndexes(ask: Ask, prefix: string | null, table: string, columns: readonly string[]): Promise<[string, string][]> {
  const sql =
    'SELECT l.name, l.origin, i.name FROM pragma_index_list(?, ?) AS l, pragma_index_info(l.name, ?) AS i WHERE l."unique" ORDER BY l.seq DESC, i.seqno';
  const found = new Map<string, { origin: string; columns: (string | null)[] }>();
  for (const [name, origin, column] of (await ask(sql, [table, prefix, prefix])) as [string, string, string | null][]) {
    const index = found.get(name);
    if (index) index.columns.push(column);
    else found.set(name, { origin, columns: [column] });
  }
  return [...found].flatMap(([name, index]) => (same(index.columns, columns) ? [[name, index.origin]] : []));
}
