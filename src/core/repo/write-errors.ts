import { ArgumentError, ChangeError, ConstraintError, print, REDACTED, StaleEntryError } from "../base/index.ts";
import type { ConstraintFailure } from "../adapter/index.ts";
import { addConstraintError, type ChangesetState, declaredText, withErrors } from "../changeset/index.ts";
import type { FieldInfo, SchemaInfo } from "../schema/index.ts";
import type { Engine } from "./engine.ts";
import type { WriteOptions } from "./writer.ts";

/** What an error says of a constraint; null where it is about something else. */
export function constraintFailure(engine: Engine, error: unknown): ConstraintFailure | null {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause === undefined || cause === null ? null : engine.adapter.constraintOf(cause);
}

/**
 * The changeset with the errors that it declares for a violation.
 * @throws ConstraintError where it declares none, and any other error as it is
 */
export function refusedChangeset(engine: Engine, changeset: ChangesetState, action: string, error: unknown): ChangesetState {
  const failure = constraintFailure(engine, error);
  if (failure === null) throw error;
  const refused = addConstraintError(changeset, failure);
  if (refused !== null) return refused;
  throw undeclared(changeset, action, failure, error);
}

function undeclared(changeset: ChangesetState, action: string, failure: ConstraintFailure, cause: unknown): ConstraintError {
  const info = changeset.info as SchemaInfo;
  const { kind, constraint } = failure;
  if (kind === "not_null") return new ConstraintError(kind, constraint, notNullMessage(info, action, failure), { cause });
  const named = constraint === null ? `A ${kind} constraint` : `The ${kind} constraint "${constraint}"`;
  const message =
    `${named}${failure.table === null ? "" : ` of table "${failure.table}"`} refused to ${action} ${info.name}. ` +
    `To get an error in the changeset instead, declare it: ${declaration(changeset, action, failure)}\n\n${declaredText(changeset)}`;
  return new ConstraintError(kind, constraint, message, { cause });
}

/** A violation of rows that no changeset stands behind. */
export function bulkConstraintError(failure: ConstraintFailure, table: string, cause: unknown, hint: string): ConstraintError {
  const named = failure.constraint === null ? `a ${failure.kind} constraint` : `the ${failure.kind} constraint "${failure.constraint}"`;
  const columns = failure.columns.length === 0 ? "" : ` (${failure.columns.join(", ")})`;
  return new ConstraintError(failure.kind, failure.constraint, `${named}${columns} refused rows of "${table}". ${hint}`, { cause });
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

/** The call that would have declared the constraint, its field guessed from the columns. */
function declaration(changeset: ChangesetState, action: string, { kind, constraint, columns }: ConstraintFailure): string {
  const info = changeset.info as SchemaInfo;
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
    default:
      return foreignKeyDeclaration(changeset, action, fields[0] ?? null, name);
  }
}

function foreignKeyDeclaration(changeset: ChangesetState, action: string, field: string | null, name: string): string {
  const info = changeset.info as SchemaInfo;
  const kinds = info.associations.map((one) => info.association(one));
  if (action === "delete") {
    const children = kinds.find((one) => one?.kind === "hasMany" || one?.kind === "hasOne");
    return children ? `.noAssocConstraint("${children.name}"${name})` : `.foreignKeyConstraint("${info.primaryKey[0] ?? "id"}"${name})`;
  }
  const keys = kinds.flatMap((one) => (one?.kind === "belongsTo" ? one.ownerKeys : []));
  const key = field ?? keys.find((one) => changeset.changes[one] !== undefined && changeset.changes[one] !== null) ?? keys[0] ?? "otherId";
  return `.foreignKeyConstraint("${key}"${name})`;
}

/** A write that met no row. */
function staleError(changeset: ChangesetState, action: string, filters: Readonly<Record<string, unknown>>): StaleEntryError {
  const info = changeset.info as SchemaInfo;
  const shown = Object.keys(filters).map((name) => `${name}: ${info.types[name]?.redact ? REDACTED : print(filters[name])}`);
  const where = shown.length === 0 ? "" : ` with { ${shown.join(", ")} }`;
  return new StaleEntryError(
    changeset,
    `cannot ${action} ${info.name}: no row${where} was there to ${action}. It was deleted or changed since it was read. ` +
      `Load it again, or take the failure as an error: { staleErrorField: "${info.primaryKey[0] ?? "id"}" }`,
  );
}

/** The changeset of a write that met no row, with the error that the options want. @throws StaleEntryError where they want none */
export function staleChangeset(
  changeset: ChangesetState,
  action: string,
  filters: Readonly<Record<string, unknown>>,
  { staleErrorField, staleErrorMessage = "is stale" }: WriteOptions,
): ChangesetState {
  if (staleErrorField === undefined) throw staleError(changeset, action, filters);
  return withErrors(changeset, [{ field: staleErrorField, message: staleErrorMessage, stale: true }]);
}

/** A value that is not of its field's type. */
export function changeError(info: SchemaInfo, field: FieldInfo, value: unknown, cause: unknown): ChangeError {
  const shown = field.type.redact ? REDACTED : print(value);
  const reason = cause instanceof Error && cause.message !== "" && !field.type.redact ? ` because ${cause.message}` : "";
  return new ChangeError(
    `value ${shown} for field "${field.name}" of schema ${info.name} cannot be dumped to type ${field.type.name}${reason}`,
    field.type.redact ? undefined : { cause },
  );
}

/** Throws, warns or says nothing, as the field wants it, about a write that it does not take. */
export function writableViolation(info: SchemaInfo, field: FieldInfo, action: "insert" | "update"): void {
  if (field.onWritableViolation === "nothing") return;
  const message = `"${field.name}" of ${info.name} cannot be written by an ${action} (writable: "${field.writable}"). Leave it out of the changes, or declare the field with another writable or onWritableViolation`;
  if (field.onWritableViolation === "raise") throw new ArgumentError(message);
  console.warn(`ectype: ${message}`);
}
