import { inCamelCase } from "./names.ts";

/** What went wrong, as a word for programs: every error of ectype carries one as `code`. */
export type ErrorCode =
  | "ARGUMENT"
  | "SCHEMA"
  | "CONFIG"
  | "NOT_LOADED"
  | "CAST"
  | "LOAD"
  | "CHANGE"
  | "INVALID_CHANGESET"
  | "CONSTRAINT"
  | "STALE_ENTRY"
  | "NO_RESULTS"
  | "MULTIPLE_RESULTS"
  | "NO_PRIMARY_KEY_FIELD"
  | "NO_PRIMARY_KEY_VALUE"
  | "MULTIPLE_PRIMARY_KEY"
  | "QUERY"
  | "MIGRATION"
  | "TRANSACTION"
  | "DATABASE"
  | "CONNECTION"
  | "POOL_TIMEOUT"
  | "ABORTED";

/** The root of every error that ectype throws. */
export class EctypeError extends Error {
  /** Which error it is, as text: the same in every copy of this package. */
  readonly code: ErrorCode;
  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = `${code.split("_").map(capitalised).join("")}Error`;
    this.code = code;
  }
}

// Names are made of the codes, since a minifier renames classes: "NO_RESULTS" is a NoResultsError.
function capitalised(word: string): string {
  return word.charAt(0) + word.slice(1).toLowerCase();
}

/** A call that cannot be right, whatever the data: a wrong option, an unknown name. Ecto's ArgumentError. */
export class ArgumentError extends EctypeError {
  constructor(message: string, options?: { cause?: unknown }) {
    super("ARGUMENT", message, options);
  }
}

/** A schema that is declared wrongly. */
export class SchemaError extends EctypeError {
  constructor(message: string, options?: { cause?: unknown }) {
    super("SCHEMA", message, options);
  }
}

/** A configuration that cannot work: a missing driver, a malformed URL, an option of the wrong type. */
export class ConfigError extends EctypeError {
  constructor(message: string, options?: { cause?: unknown }) {
    super("CONFIG", message, options);
  }
}

/** An association was used as data before it was loaded. */
export class NotLoadedError extends EctypeError {
  /** The name of the association. */
  readonly association: string;
  constructor(association: string, message: string) {
    super("NOT_LOADED", message);
    this.association = association;
  }
}

/** A value cannot become the type that was asked for: bad params, or a query parameter of the wrong type. */
export class CastError extends EctypeError {
  /** The value, unless it may be a secret. It is in no print of the error. */
  readonly value: unknown;
  /** The name of the type that it is none of; null where something else is wrong. */
  readonly type: string | null;
  constructor(message: string, options: { cause?: unknown; value?: unknown; type?: string | null } = {}) {
    super("CAST", message, options);
    this.value = options.value;
    this.type = options.type ?? null;
    hide(this, "value");
  }
}

/** A value in the database is not of the type that a schema or an expression says. */
export class LoadError extends EctypeError {
  /** The field, where it is one; of what a select computes, null. */
  readonly field: string | null;
  /** The name of its schema. */
  readonly schema: string | null;
  /** The name of the type, where it is known. */
  readonly type: string | null;
  constructor(message: string, options: { cause?: unknown; field?: string | null; schema?: string | null; type?: string | null } = {}) {
    super("LOAD", message, options);
    this.field = options.field ?? null;
    this.schema = options.schema ?? null;
    this.type = options.type ?? null;
  }
}

/** A value in a struct or a change cannot be written as its field's type. */
export class ChangeError extends EctypeError {
  /** The field, where it is one. */
  readonly field: string | null;
  /** The name of its schema. */
  readonly schema: string | null;
  /** The name of the type. */
  readonly type: string | null;
  /** What was to be done: "insert", "insertAll" … */
  readonly action: string | null;
  constructor(
    message: string,
    options: { cause?: unknown; field?: string | null; schema?: string | null; type?: string | null; action?: string } = {},
  ) {
    super("CHANGE", message, options);
    this.field = options.field ?? null;
    this.schema = options.schema ?? null;
    this.type = options.type ?? null;
    this.action = options.action ?? null;
  }
}

/** An `…OrThrow` write was given a changeset that is, or became, invalid. The changeset is in `changeset`. */
export class InvalidChangesetError<C = unknown> extends EctypeError {
  /** The changeset with its errors. */
  readonly changeset: C;
  constructor(changeset: C, message: string) {
    super("INVALID_CHANGESET", message);
    this.changeset = changeset;
    hide(this, "changeset");
  }
}

/** The kinds of constraint that a database can report. */
export type ConstraintKind = "unique" | "foreignKey" | "check" | "exclusion" | "notNull";
/** What a constraint refused, told as data; only the repo decides what becomes of it. */
export interface ConstraintFailure {
  readonly kind: ConstraintKind;
  /** The constraint's name; null where the database does not tell it. */
  readonly constraint: string | null;
  readonly table: string | null;
  readonly columns: readonly string[];
  /** More names that it answers to, where it was given none or several constraints fit. */
  readonly others?: readonly string[];
}

/** @deprecated Write `"foreignKey"` and `"notNull"`. */
export type SnakeCaseConstraintKind = "foreign_key" | "not_null";
const ALL_KINDS: Readonly<Record<ConstraintKind, true>> = { unique: true, foreignKey: true, check: true, exclusion: true, notNull: true };
const CONSTRAINT_KINDS = Object.keys(ALL_KINDS) as readonly ConstraintKind[];

/** The kind of a constraint in either spelling, in camelCase. @throws ArgumentError on a word that is none */
export function constraintKind(kind: ConstraintKind | SnakeCaseConstraintKind): ConstraintKind {
  const known = inCamelCase(kind, CONSTRAINT_KINDS);
  if (known === undefined) throw new ArgumentError(`"${String(kind)}" is no kind of constraint. Known: ${CONSTRAINT_KINDS.join(", ")}`);
  return known;
}

/** The database refused a write because of a constraint that no changeset declared. */
export class ConstraintError extends EctypeError {
  /** What kind of constraint it is. */
  readonly kind: ConstraintKind;
  /** The constraint's name; null where the database does not tell it. */
  readonly constraint: string | null;
  /** What was to be done: "insert", "updateAll" … */
  readonly action: string | null;
  constructor(
    kind: ConstraintKind | SnakeCaseConstraintKind,
    constraint: string | null,
    message: string,
    options: { cause?: unknown; action?: string } = {},
  ) {
    super("CONSTRAINT", message, options);
    this.kind = constraintKind(kind);
    this.constraint = constraint;
    this.action = options.action ?? null;
  }
}

/** A write met no row where there had to be one: it was deleted or changed meanwhile. */
export class StaleEntryError<C = unknown> extends EctypeError {
  /** The changeset that was to be written; null where a struct was given. */
  readonly changeset: C;
  constructor(changeset: C, message: string) {
    super("STALE_ENTRY", message);
    this.changeset = changeset;
    hide(this, "changeset");
  }
}

/** A read that must find a row found none. */
export class NoResultsError extends EctypeError {
  constructor(message: string) {
    super("NO_RESULTS", message);
  }
}

/** A read of at most one row found several; `count` says how many. */
export class MultipleResultsError extends EctypeError {
  /** How many rows were found. */
  readonly count: number;
  constructor(count: number, message: string) {
    super("MULTIPLE_RESULTS", message);
    this.count = count;
  }
}

/** The schema has no primary key (or not a single one) where the operation needs it. */
export class NoPrimaryKeyFieldError extends EctypeError {
  constructor(message: string) {
    super("NO_PRIMARY_KEY_FIELD", message);
  }
}

/** The struct has no value in its primary key where the operation needs it. */
export class NoPrimaryKeyValueError extends EctypeError {
  constructor(message: string) {
    super("NO_PRIMARY_KEY_VALUE", message);
  }
}

/** A write by primary key touched more than one row. */
export class MultiplePrimaryKeyError extends EctypeError {
  /** How many rows were touched. */
  readonly count: number;
  constructor(count: number, message: string) {
    super("MULTIPLE_PRIMARY_KEY", message);
    this.count = count;
  }
}

/** A query that cannot be planned or run as it is written. */
export class QueryError extends EctypeError {
  constructor(message: string, options?: { cause?: unknown }) {
    super("QUERY", message, options);
  }
}

/** A migration or its command is wrong, or failed. */
export class MigrationError extends EctypeError {
  constructor(message: string, options?: { cause?: unknown }) {
    super("MIGRATION", message, options);
  }
}

/** A transaction that cannot go on: it is rolling back, or was used outside its scope. */
export class TransactionError extends EctypeError {
  constructor(message: string, options?: { cause?: unknown }) {
    super("TRANSACTION", message, options);
  }
}

/** The database refused a statement; `sqlState` holds the database's own code and `sql` the statement's text. */
export class DatabaseError extends EctypeError {
  /** The database's own code, such as "42P01"; null where it has none. */
  readonly sqlState: string | null;
  /** The statement that was refused; null where it is not known. */
  readonly sql: string | null;
  constructor(message: string, options: { cause?: unknown; sqlState?: string | null; sql?: string | null } = {}) {
    super("DATABASE", message, options);
    this.sqlState = options.sqlState ?? null;
    this.sql = options.sql ?? null;
  }
}

/** The database cannot be reached, or went away. */
export class ConnectionError extends EctypeError {
  constructor(message: string, options?: { cause?: unknown }) {
    super("CONNECTION", message, options);
  }
}

/** No connection became free in time. */
export class PoolTimeoutError extends EctypeError {
  constructor(message: string, options?: { cause?: unknown }) {
    super("POOL_TIMEOUT", message, options);
  }
}

/** The caller's signal or the timeout stopped the operation. */
export class AbortedError extends EctypeError {
  constructor(message: string, options?: { cause?: unknown }) {
    super("ABORTED", message, options);
  }
}

/** An error of the same name and origin that says something else, and carries nothing else. */
export function retold(error: Error, message: string): Error {
  const copy = new Error(message);
  const frames = error.stack?.split("\n").filter((line) => /^\s+at /.test(line)) ?? [];
  Object.defineProperty(copy, "name", { value: error.name, configurable: true, writable: true });
  copy.stack = [`${error.name}: ${message}`, ...frames].join("\n");
  return copy;
}

/** Keeps a property out of printed errors, where a whole changeset would drown the message. */
function hide(error: Error, property: string): void {
  Object.defineProperty(error, property, { enumerable: false });
}

/** Names a close match in a list, for "did you mean" hints; null where nothing is close. */
function suggest(name: string, known: readonly string[]): string | null {
  let best: string | null = null;
  let bestDistance = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase(), bestDistance);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** The end of a message about an unknown name: a suggestion where one is close, else the known names. */
export function didYouMean(name: string, known: readonly string[]): string {
  const close = typeof name === "string" ? suggest(name, known) : null;
  if (close !== null) return `Did you mean "${close}"?`;
  return known.length === 0 ? "There are none." : `Known: ${known.map((one) => `"${one}"`).join(", ")}.`;
}

function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(substitution, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
    }
    previous = row;
  }
  return previous[b.length] ?? limit;
}
