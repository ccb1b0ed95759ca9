import {
  ArgumentError,
  ChangeError,
  ConstraintError,
  constraintKind,
  print,
  REDACTED,
  snakeCase,
  StaleEntryError,
} from "../../base/index.ts";
import { type ConstraintFailure, type RefusedWrite, type Steps, wait } from "../../adapter/index.ts";
import { addConstraintError, declaredText, type SchemaChangeset, withErrors } from "../../changeset/index.ts";
import { type AssociationInfo, type FieldInfo, meta, type SchemaInfo } from "../../schema/index.ts";
import type { Engine, WriteOptions } from "../engine/index.ts";

/** What an error says of a constraint; null where it is about something else. */
export function constraintFailure(engine: Engine, error: unknown): ConstraintFailure | null {
  const cause = error instanceof Error ? error.cause : undefined;
  const failure = cause === undefined || cause === null ? null : engine.adapter.constraintOf(cause);
  return failure === null ? null : { ...failure, kind: constraintKind(failure.kind) };
}

/** What an error says of a constraint, and what the database answers about it; null where it is about something else. */
export async function foundFailure(engine: Engine, error: unknown, write: RefusedWrite): Promise<ConstraintFailure | null> {
  const failure = constraintFailure(engine, error);
  const { adapter } = engine;
  if (failure === null || adapter.findConstraint === undefined) return failure;
  try {
    return await adapter.findConstraint(
      failure,
      write,
      async (sql, params) => (await engine.run({ ...QUESTION, sql }, params, QUIET, null)).rows,
    );
  } catch {
    // Whatever keeps the question from being answered, the refusal is what the caller must see.
    return failure;
  }
}

const QUESTION = { readOnly: true, returnsRows: true, bigints: false, prepare: true, secret: "all" } as const;
// The question is the library's own: logs have what the program asked for.
const QUIET = { log: false };

/**
 * The changeset with the errors that it declares for a violation.
 * @throws ConstraintError where it declares none, and any other error as it is
 */
export function* refusedChangeset(engine: Engine, changeset: SchemaChangeset, error: unknown, write: RefusedWrite): Steps<SchemaChangeset> {
  const { action } = write;
  // The error is made in a step of the write, whose stack leads to the call: a function of its own may end before anybody waits for it.
  const failure = yield* wait(foundFailure(engine, error, write));
  if (failure === null) throw error;
  const refused = addConstraintError(changeset, failure);
  if (refused !== null) return refused;
  throw undeclared(changeset, action, failure, error);
}

function undeclared(changeset: SchemaChangeset, action: string, failure: ConstraintFailure, cause: unknown): ConstraintError {
  const { info } = changeset;
  const { kind, constraint } = failure;
  if (kind === "notNull") return new ConstraintError(kind, constraint, notNullMessage(info, action, failure), { cause, action });
  const named = constraint === null ? `A ${words(kind)} constraint` : `The ${words(kind)} constraint "${constraint}"`;
  const message =
    `${named}${failure.table === null ? "" : ` of table "${failure.table}"`} refused to ${action} ${info.name}. ` +
    `To get an error in the changeset instead, declare it: ${declaration(changeset, action, kind, failure)}\n\n${declaredText(changeset)}`;
  return new ConstraintError(kind, constraint, message, { cause, action });
}

/** `foreignKey` as a message says it. */
function words(kind: ConstraintFailure["kind"]): string {
  return snakeCase(kind).replaceAll("_", " ");
}

/** A violation of rows that no changeset stands behind. @param advice what to do about any constraint but NOT NULL */
export function bulkConstraintError(
  { kind, constraint, table: found, columns }: ConstraintFailure,
  action: string,
  table: string,
  cause: unknown,
  advice: string,
): ConstraintError {
  if (kind === "notNull") {
    const column = columns.length === 0 ? "a column" : `"${columns.join(", ")}"`;
    const message = `${action} refused: ${column} of table "${found ?? table}" is null, and NOT NULL. Give it a value in every row, or the column a default`;
    return new ConstraintError(kind, constraint, message, { cause, action });
  }
  const named = constraint === null ? `a ${words(kind)} constraint` : `the ${words(kind)} constraint "${constraint}"`;
  const about = columns.length === 0 ? "" : ` (${columns.join(", ")})`;
  const of = found === null || found === table ? "" : ` of table "${found}"`;
  return new ConstraintError(kind, constraint, `${named}${about}${of} refused rows of "${table}". ${advice}`, { cause, action });
}

function notNullMessage(info: SchemaInfo, action: string, failure: ConstraintFailure): string {
  const field = failure.columns.map((column) => fieldOf(info, column)).find((name) => name !== null) ?? null;
  const which = field === null ? `a column (${failure.columns.join(", ") || "unknown"}) of ${info.name}` : `"${field}" of ${info.name}`;
  return (
    `cannot ${action} ${info.name}: ${which} is null, and its column is NOT NULL. ` +
    `Give it a value or a default, or check it in the changeset: .validateRequired(["${field ?? "field"}"])`
  );
}

function fieldOf(info: SchemaInfo, column: string): string | null {
  return info.fields.find((name) => info.columns[name] === column) ?? null;
}

/** The call that would have declared the constraint, its field told by the columns. */
function declaration(
  changeset: SchemaChangeset,
  action: string,
  kind: Exclude<ConstraintFailure["kind"], "notNull">,
  failure: ConstraintFailure,
): string {
  const { info } = changeset;
  const { constraint, columns } = failure;
  const name = constraint === null ? "" : `, { name: ${JSON.stringify(constraint)} }`;
  const fields = columns.map((column) => fieldOf(info, column)).filter((field) => field !== null);
  const given =
    fields.length > 1
      ? JSON.stringify(fields)
      : JSON.stringify(fields[0] ?? info.fields.find((field) => !info.primaryKey.includes(field)) ?? "field");
  switch (kind) {
    case "unique":
      return `.uniqueConstraint(${given}${name})`;
    case "check":
      return `.checkConstraint(${given}${name})`;
    case "exclusion":
      return `.exclusionConstraint(${given}${name})`;
    case "foreignKey":
      return foreignKeyDeclaration(changeset, action, failure, fields[0] ?? null, name);
  }
}

function foreignKeyDeclaration(
  changeset: SchemaChangeset,
  action: string,
  { table, constraint }: ConstraintFailure,
  field: string | null,
  name: string,
): string {
  const { info } = changeset;
  const kinds = info.associations.flatMap((one) => info.association(one) ?? []);
  // A key of another table refers to this row.
  if (action === "delete" || (table !== null && table !== meta(changeset.data).source)) {
    const children = kinds.filter(({ kind }) => kind === "hasMany" || kind === "hasOne");
    const there = table === null ? children : children.filter(({ relatedSource }) => relatedSource === table);
    const usual = there.find((one) => usualKeyName(one) === constraint) ?? there[0];
    return usual ? `.noAssocConstraint("${usual.name}"${name})` : `.foreignKeyConstraint("${info.primaryKey[0] ?? "id"}"${name})`;
  }
  const keys = kinds.flatMap((one) => (one.kind === "belongsTo" ? one.ownerKeys : []));
  const key = field ?? keys.find((one) => changeset.changes[one] !== undefined && changeset.changes[one] !== null) ?? keys[0] ?? "otherId";
  return `.foreignKeyConstraint("${key}"${name})`;
}

function usualKeyName({ related, relatedKeys, relatedSource }: AssociationInfo): string {
  return `${relatedSource}_${relatedKeys.map((key) => related.columns[key] ?? key).join("_")}_fkey`;
}

/** A write that met no row. */
function staleError(changeset: SchemaChangeset, action: string, filters: Readonly<Record<string, unknown>>): StaleEntryError {
  const { info } = changeset;
  const shown = Object.keys(filters).map((name) => `${name}: ${info.types[name]?.redact ? REDACTED : print(filters[name])}`);
  const where = shown.length === 0 ? "" : ` with { ${shown.join(", ")} }`;
  const option = `take the failure as an error: { staleErrorField: "${info.primaryKey[0] ?? "id"}" }`;
  if (action === "insert")
    return new StaleEntryError(
      changeset,
      `cannot insert ${info.name}: the database inserted no row. A trigger or a rule of its table has left it out: change that, or ${option}`,
    );
  return new StaleEntryError(
    changeset,
    `cannot ${action} ${info.name}: no row${where} was there to ${action}. It was deleted or changed since it was read. Load it again, or ${option}`,
  );
}

/** Of rows that were inserted together some are not there; which of them is not told, nor whose generated values are whose. */
export function missingRows(changeset: SchemaChangeset, count: number, sent: number): StaleEntryError {
  return new StaleEntryError(
    changeset,
    `cannot insert ${sent} rows of ${changeset.info.name} together: the database inserted ${count} of them. ` +
      "A trigger or a rule of its table has left out the others: change that, or insert each row by itself",
  );
}

/** The changeset of a write that met no row, with the error that the options want. @throws StaleEntryError where they want none */
export function staleChangeset(
  changeset: SchemaChangeset,
  action: string,
  filters: Readonly<Record<string, unknown>>,
  { staleErrorField, staleErrorMessage = "is stale" }: WriteOptions,
): SchemaChangeset {
  if (staleErrorField === undefined) throw staleError(changeset, action, filters);
  return withErrors(changeset, [{ field: staleErrorField, message: staleErrorMessage, stale: true }]);
}

/** A value that is not of its field's type. */
export function changeError(info: SchemaInfo, field: FieldInfo, action: string, value: unknown, cause: unknown): ChangeError {
  const shown = field.type.redact ? REDACTED : print(value);
  const reason = cause instanceof Error && cause.message !== "" && !field.type.redact ? ` because ${cause.message}` : "";
  return new ChangeError(
    `value ${shown} for field "${field.name}" of schema ${info.name} cannot be dumped to type ${field.type.name} in ${action}${reason}`,
    { action, field: field.name, schema: info.name, type: field.type.name, ...(field.type.redact ? {} : { cause }) },
  );
}

/** Makes values ready to be sent. @throws ChangeError where there is no such value in the database @param secret whether what is wrong with them may quote what nobody shall see */
export function sendable<T>(action: string, what: string, secret: boolean, encode: () => T): T {
  try {
    return encode();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const reason = secret ? "it is not of its field's type" : error.message;
    throw new ChangeError(`a value for ${what} cannot be sent in ${action}: ${reason}`, { action, ...(!secret && { cause: error }) });
  }
}

/** Throws, warns or says nothing, as the field wants it, about a write that it does not take. */
export function writableViolation(info: SchemaInfo, field: FieldInfo, action: "insert" | "update"): void {
  if (field.onWritableViolation === "nothing") return;
  const message = `"${field.name}" of ${info.name} cannot be written by an ${action} (writable: "${field.writable}"). Leave it out of the changes, or declare the field with another writable or onWritableViolation`;
  if (field.onWritableViolation === "raise") throw new ArgumentError(message);
  console.warn(`ectype: ${message}`);
}
