import type { ConstraintFailure } from "../../adapter/index.ts";
import { ArgumentError } from "../../base/index.ts";
import { change, Changeset, type ChangesetState, withErrors } from "../../changeset/index.ts";
import { emptyState, joinNodes, joinTable, keyed, type QueryState } from "../../query/index.ts";
import { applyDefaults, type JoinedAssociation, blankStruct, meta, type SchemaInfo, setMeta } from "../../schema/index.ts";
import { changeAll } from "../bulk/index.ts";
import {
  insertGroup,
  type PendingInsert,
  plainInsert,
  besidePrefix,
  encodeField,
  bulkConstraintError,
  foundFailure,
  type RowWrites,
  type Writer,
} from "../row/index.ts";
import type { WriteOptions } from "../engine/index.ts";

/** The owner of the rows of a join table. */
export interface JoinOwner {
  readonly writer: Writer;
  readonly writes: RowWrites;
  readonly options: WriteOptions;
  readonly changeset: ChangesetState;
  readonly struct: Readonly<Record<string, unknown>>;
}

/** Ties related structs to the owner. @returns for each the changeset of its row where that was refused; rows after a refused one are not written */
export async function insertJoinRows(
  owner: JoinOwner,
  association: JoinedAssociation,
  related: readonly Readonly<Record<string, unknown>>[],
): Promise<(ChangesetState | null)[]> {
  if (related.length === 0) return [];
  if (association.join.schema) return await insertSchemaRows(owner, association, association.join.schema, related);
  await insertTableRows(owner, association, related);
  return related.map(() => null);
}

/** Rows of a table that has no schema: nobody could declare its constraints, so their violation is thrown. */
async function insertTableRows(
  { writer, options, struct }: JoinOwner,
  association: JoinedAssociation,
  related: readonly Readonly<Record<string, unknown>>[],
): Promise<void> {
  const { engine } = writer;
  const { join } = association;
  const columns = keyNames(association).map(({ column, info, field }) => ({ name: column, type: info.types[field] ?? null }));
  const rows = related.map((one) =>
    keyNames(association).map(({ info, field, side }) =>
      encodeField(
        engine,
        info,
        info.fieldOrThrow(field),
        key(association, side === "owner" ? struct : one, info, field, "insert"),
        "insert",
      ),
    ),
  );
  const table = { prefix: besidePrefix(null, struct, options) ?? null, name: join.source };
  const onConflict =
    join.onConflict === "nothing" ? ({ kind: "nothing", target: { kind: "none" } } as const) : ({ kind: "raise" } as const);
  const secret = columns.some(({ type }) => type?.redact) ? { secret: "all" as const } : {};
  for (const { statement, params } of engine.adapter.bulkInsert({ table, columns, onConflict, returning: [] }, rows)) {
    try {
      await engine.run({ ...statement, ...secret }, params, options, table.name);
    } catch (error) {
      const names = columns.map(({ name }) => name);
      throw joinError(
        association,
        error,
        await foundFailure(engine, error, { action: "insert", table, columns: names, rows, where: null }),
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
async function insertSchemaRows(
  owner: JoinOwner,
  association: JoinedAssociation,
  schema: SchemaInfo,
  related: readonly Readonly<Record<string, unknown>>[],
): Promise<(ChangesetState | null)[]> {
  const { writer, writes } = owner;
  const options: WriteOptions = { ...owner.options, onConflict: association.join.onConflict };
  const refused: (ChangesetState | null)[] = [];
  let group: PendingInsert[] = [];
  const send = async (): Promise<boolean> => {
    const outcomes = await insertGroup(writer, group, options);
    group = [];
    for (const outcome of outcomes) refused.push(outcome.ok ? null : outcome.error);
    return outcomes.every((outcome) => outcome.ok);
  };
  for (const one of related) {
    const row = joinChangeset(owner, association, schema, one);
    const pending = await plainInsert(writer, row, options, "none");
    if (group[0] && pending?.row.plan !== group[0].row.plan && !(await send())) return refused;
    if (pending) group.push(pending);
    else {
      const outcome = await writes.insert(writer, row, options);
      refused.push(outcome.ok ? null : outcome.error);
      if (!outcome.ok) return refused;
    }
  }
  if (group.length > 0) await send();
  return refused;
}

function joinChangeset(
  { changeset, struct }: JoinOwner,
  association: JoinedAssociation,
  schema: SchemaInfo,
  related: Readonly<Record<string, unknown>>,
): ChangesetState {
  const { join } = association;
  const row = applyDefaults(blankStruct(schema), struct, join.defaults);
  for (const { info, field, side, joinField } of keyNames(association))
    row[joinField] = key(association, side === "owner" ? struct : related, info, field, "insert");
  const own = meta(row);
  const { prefix } = meta(struct);
  if (own.prefix === null && prefix !== null) setMeta(row, Object.freeze({ ...own, prefix }));
  return Object.assign(new Changeset(change(row as never)), { action: "insert", constraints: changeset.constraints });
}

/** The child with the errors of its join row. */
export function withJoinErrors(child: ChangesetState, row: ChangesetState): ChangesetState {
  return withErrors(child, row.errors);
}

/** Unties related structs from the owner; they themselves stay. */
export async function deleteJoinRows(
  { writer, options, struct }: JoinOwner,
  association: JoinedAssociation,
  related: readonly Readonly<Record<string, unknown>>[],
): Promise<void> {
  const table = joinTable(association, besidePrefix(association.join.schema, struct, options));
  const keysOf = (one: Readonly<Record<string, unknown>>, info: SchemaInfo, fields: readonly string[]) =>
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

interface KeyName {
  readonly side: "owner" | "related";
  readonly column: string;
  readonly joinField: string;
  /** The field that the column refers to. */
  readonly info: SchemaInfo;
  readonly field: string;
}

function keyNames({ join, owner, related, ownerKeys, relatedKeys }: JoinedAssociation): readonly KeyName[] {
  const side = (
    name: "owner" | "related",
    info: SchemaInfo,
    columns: readonly string[],
    joinFields: readonly string[],
    fields: readonly string[],
  ) =>
    fields.map((field, at): KeyName => ({ side: name, column: columns[at] as string, joinField: joinFields[at] as string, info, field }));
  return [
    ...side("owner", owner, join.ownerColumns, join.ownerFields, ownerKeys),
    ...side("related", related, join.relatedColumns, join.relatedFields, relatedKeys),
  ];
}

function key(
  association: JoinedAssociation,
  struct: Readonly<Record<string, unknown>>,
  info: SchemaInfo,
  field: string,
  action: string,
): unknown {
  const value = struct[field] ?? null;
  if (value !== null) return value;
  throw new ArgumentError(
    `cannot ${action} the join row of "${association.name}" of ${association.owner.name}: "${field}" of the ${info.name} is null`,
  );
}
