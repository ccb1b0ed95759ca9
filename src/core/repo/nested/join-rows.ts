import { type BulkInsert, type ConstraintFailure, type Steps, wait } from "../../adapter/index.ts";
import { ArgumentError, Lru } from "../../base/index.ts";
import { type ChangesetState, toChangeset, withErrors } from "../../changeset/index.ts";
import type { TableRef } from "../../plan/index.ts";
import { emptyState, joinNodes, joinTable, keyed, type QueryState } from "../../query/index.ts";
import { applyDefaults, blankStruct, type FieldInfo, type JoinedAssociation, meta, type SchemaInfo, setMeta } from "../../schema/index.ts";
import { changeAll } from "../bulk/index.ts";
import { besidePrefix, bulkConstraintError, encodeField, foundFailure } from "../row/index.ts";
import type { Engine, WriteOptions } from "../engine/index.ts";
import type { Fields, Owner } from "./owner.ts";

/** An owner, and a struct that is to be tied to it. */
export interface Tie {
  readonly owner: Owner;
  readonly related: Fields;
}

/** Ties related structs to their owners. @returns for each the changeset of its row where that was refused; rows after a refused one are not written */
export function* insertJoinRows(association: JoinedAssociation, ties: readonly Tie[]): Steps<readonly (ChangesetState | null)[]> {
  const [first] = ties;
  if (first === undefined) return [];
  const { schema } = association.join;
  if (schema !== null) return yield* insertSchemaRows(association, schema, ties, first.owner);
  for (let start = 0; start < ties.length; ) {
    const { owner } = ties[start] ?? first;
    const prefix = prefixOf(owner);
    let end = start + 1;
    for (let next = ties[end]; next !== undefined && prefixOf(next.owner) === prefix; next = ties[end]) end++;
    yield* insertTableRows(tableOf(owner.writer.engine, association, prefix), ties.slice(start, end), owner);
    start = end;
  }
  return [];
}

function prefixOf({ struct, options }: Owner): string | null {
  return besidePrefix(null, struct, options) ?? null;
}

/** A join table that has no schema, and what inserts its rows. */
interface JoinTable {
  readonly association: JoinedAssociation;
  readonly table: TableRef;
  readonly keys: readonly KeyName[];
  readonly insert: BulkInsert;
}

// By the prefix, of which there may be one for each tenant.
const MAX = { max: 500, maxWeight: 500 };
const tables = new WeakMap<Engine, WeakMap<JoinedAssociation, Lru<JoinTable>>>();

function tableOf(engine: Engine, association: JoinedAssociation, prefix: string | null): JoinTable {
  const ofEngine = tables.get(engine) ?? new WeakMap<JoinedAssociation, Lru<JoinTable>>();
  tables.set(engine, ofEngine);
  const known = ofEngine.get(association) ?? new Lru<JoinTable>(MAX);
  ofEngine.set(association, known);
  const key = prefix === null ? "" : `=${prefix}`;
  return known.get(key) ?? known.set(key, makeTable(engine, association, prefix), 1).value;
}

function makeTable(engine: Engine, association: JoinedAssociation, prefix: string | null): JoinTable {
  const { source: name, onConflict } = association.join;
  const keys = keyNames(association);
  const table = { prefix, name };
  const columns = keys.map(({ column, field }) => ({ name: column, type: field.type }));
  const insert = engine.adapter.bulkInsert(
    {
      table,
      columns,
      onConflict: onConflict === "nothing" ? { kind: "nothing", target: { kind: "none" } } : { kind: "raise" },
      returning: [],
    },
    { bigints: false, ...(columns.some(({ type }) => type.redact) && { secret: "all" }) },
  );
  return { association, table, keys, insert };
}

/** Rows of a table that has no schema: nobody could declare its constraints, so their violation is thrown. */
function* insertTableRows({ association, table, keys, insert }: JoinTable, ties: readonly Tie[], { writer, options }: Owner): Steps<void> {
  const { engine } = writer;
  const rows = ties.map(({ owner, related }) =>
    keys.map(({ info, field, side }) =>
      encodeField(engine, info, field, key(association, side === "owner" ? owner.struct : related, info, field.name, "insert"), "insert"),
    ),
  );
  for (const { statement, params } of insert(rows, [])) {
    try {
      const sent = engine.run(statement, params, options, table.name);
      if (sent instanceof Promise) yield* wait(sent);
    } catch (error) {
      const columns = keys.map(({ column }) => column);
      throw joinError(
        association,
        error,
        yield* wait(foundFailure(engine, error, { action: "insert", table, columns, rows, where: null })),
      );
    }
  }
}

function joinError(association: JoinedAssociation, error: unknown, failure: ConstraintFailure | null): unknown {
  if (failure === null) return error;
  const hint = `They tie "${association.name}" to ${association.owner.name}: give joinThrough a schema, whose constraints a changeset of ${association.owner.name} can declare, or say onJoinThroughConflict: "nothing"`;
  return bulkConstraintError(failure, "insert", association.join.source, error, hint);
}

/** Rows that have a schema: its defaults and timestamps are filled in, and the owner's changeset declares their constraints. */
function* insertSchemaRows(
  association: JoinedAssociation,
  schema: SchemaInfo,
  ties: readonly Tie[],
  { writer, writes, options }: Owner,
): Steps<readonly (ChangesetState | null)[]> {
  const own: WriteOptions = { ...options, onConflict: association.join.onConflict };
  const keys = keyNames(association);
  const rows = ties.map((tie) => joinChangeset(association, schema, keys, tie));
  const outcomes = yield* writes.insertMany(writer, rows, own, "none");
  return outcomes.map((outcome) => (outcome === undefined || outcome.ok ? null : outcome.error));
}

function joinChangeset(
  association: JoinedAssociation,
  schema: SchemaInfo,
  keys: readonly KeyName[],
  { owner: { changeset, struct }, related }: Tie,
): ChangesetState {
  const row = applyDefaults(blankStruct(schema), struct, association.join.defaults);
  for (const { info, field, side, joinField } of keys)
    row[joinField] = key(association, side === "owner" ? struct : related, info, field.name, "insert");
  const own = meta(row);
  const { prefix } = meta(struct);
  if (own.prefix === null && prefix !== null) setMeta(row, Object.freeze({ ...own, prefix }));
  return Object.assign(toChangeset(row), { action: "insert", constraints: changeset.constraints });
}

/** The child with the errors of its join row. */
export function withJoinErrors(child: ChangesetState, row: ChangesetState): ChangesetState {
  return withErrors(child, row.errors);
}

/** Unties related structs from the owner; they themselves stay. */
export async function deleteJoinRows(
  { writer, options, struct }: Owner,
  association: JoinedAssociation,
  related: readonly Fields[],
): Promise<void> {
  const table = joinTable(association, besidePrefix(association.join.schema, struct, options));
  const keysOf = (one: Fields, info: SchemaInfo, fields: readonly string[]) =>
    fields.map((field) => key(association, one, info, field, "delete"));
  const where = joinNodes("and", [
    keyed(table.owner, [keysOf(struct, association.owner, association.ownerKeys)]),
    keyed(
      table.related,
      related.map((one) => keysOf(one, association.related, association.relatedKeys)),
    ),
    ...table.where,
  ]);
  const query: QueryState = { ...emptyState(table.source), where };
  await changeAll(writer.engine, query, "deleteAll", options);
}

/** A column of a join table, and the field that it refers to. */
interface KeyName {
  readonly side: "owner" | "related";
  readonly column: string;
  readonly joinField: string;
  readonly info: SchemaInfo;
  readonly field: FieldInfo;
}

function keyNames({ join, owner, related, ownerKeys, relatedKeys }: JoinedAssociation): readonly KeyName[] {
  const names: KeyName[] = [];
  const add = (
    side: KeyName["side"],
    info: SchemaInfo,
    fields: readonly string[],
    columns: readonly string[],
    joinFields: readonly string[],
  ) => {
    for (const [at, name] of fields.entries()) {
      const column = columns[at] ?? name;
      names.push({ side, column, joinField: joinFields[at] ?? column, info, field: info.fieldOrThrow(name) });
    }
  };
  add("owner", owner, ownerKeys, join.ownerColumns, join.ownerFields);
  add("related", related, relatedKeys, join.relatedColumns, join.relatedFields);
  return names;
}

function key(association: JoinedAssociation, struct: Fields, info: SchemaInfo, field: string, action: string): unknown {
  const value = struct[field] ?? null;
  if (value !== null) return value;
  throw new ArgumentError(
    `cannot ${action} the join row of "${association.name}" of ${association.owner.name}: "${field}" of the ${info.name} is null`,
  );
}
