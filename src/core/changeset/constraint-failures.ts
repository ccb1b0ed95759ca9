import type { ConstraintFailure, ConstraintKind } from "../base/index.ts";
import type { ChangesetError, Constraint, ConstraintType } from "./records.ts";
import type { ChangesetState } from "./state.ts";

/** How a changeset declares each kind; null where it cannot. */
const TYPES: Readonly<Record<ConstraintKind, ConstraintType | null>> = {
  unique: "unique",
  foreignKey: "foreignKey",
  check: "check",
  exclusion: "exclusion",
  notNull: null,
};

/** The errors that the declarations of a changeset make of a failure; null where none is about it. */
export function matchConstraint(cs: ChangesetState, failure: ConstraintFailure): readonly ChangesetError[] | null {
  const found = findConstraint(cs, failure);
  if (found === null) return null;
  const constraintName = failure.constraint ?? (typeof found.constraint === "string" ? found.constraint : null);
  return [{ field: found.field, message: found.errorMessage, constraint: found.errorType, constraintName }];
}

function findConstraint(cs: ChangesetState, failure: ConstraintFailure): Constraint | null {
  const type = TYPES[failure.kind];
  const declared = cs.constraints.filter((one) => one.type === type);
  const { constraint, columns, others = [] } = failure;
  if (constraint !== null)
    return (
      declared.find((one) => matchesName(one, constraint)) ?? declared.find((one) => others.some((name) => matchesName(one, name))) ?? null
    );
  if (columns.length > 0) return declared.find((one) => sameColumns(one.columns, columns) || matchesName(one, usualName(failure))) ?? null;
  // Nothing is known but the kind: it is taken for the one that is declared, and never for one of several.
  const fits = type === "foreignKey" ? declared.filter((one) => (one.errorType === "noAssoc") === (cs.action === "delete")) : declared;
  return fits.length === 1 ? (fits[0] as Constraint) : null;
}

function matchesName(declared: Constraint, name: string): boolean {
  const { constraint, match } = declared;
  if (typeof constraint !== "string") return new RegExp(constraint.source, constraint.flags.replace(/[gy]/g, "")).test(name);
  if (match === "suffix") return name.endsWith(constraint);
  return match === "prefix" ? name.startsWith(constraint) : name === constraint || storedNames(declared.type, constraint).includes(name);
}

const encoder = new TextEncoder();
const MAX_BYTES = 63;

/** Names that the database may have made of this one: indexes are named without punctuation, and PostgreSQL cuts names at 63 bytes. */
function storedNames(type: ConstraintType, name: string): readonly string[] {
  return type === "unique" ? [cut(name), cut(name.replaceAll(/[^\w]/g, "_"))] : [cut(name)];
}

function cut(name: string): string {
  const bytes = encoder.encode(name);
  if (bytes.length <= MAX_BYTES) return name;
  let end = MAX_BYTES;
  // Never in the middle of a character.
  while (((bytes[end] as number) & 0xc0) === 0x80) end--;
  return new TextDecoder().decode(bytes.subarray(0, end));
}

function sameColumns(declared: readonly string[], columns: readonly string[]): boolean {
  return declared.length === columns.length && columns.every((column) => declared.includes(column));
}

/** The name that a database with names would most likely have told. */
function usualName({ kind, table, columns }: ConstraintFailure): string {
  const end = { unique: "index", foreignKey: "fkey", check: "check", exclusion: "exclusion", notNull: "not_null" }[kind];
  return [table, ...columns, end].join("_");
}

/** The declared constraints as a message lists them. */
export function declaredText(cs: ChangesetState): string {
  if (cs.constraints.length === 0) return "The changeset declares no constraint.";
  const lines = cs.constraints.map(
    (one) => `  * ${String(one.constraint)} (${one.type}${one.match === "exact" ? "" : `, by ${one.match}`})`,
  );
  return `The changeset declares:\n\n${lines.join("\n")}`;
}
