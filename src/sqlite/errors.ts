import type { ConstraintFailure } from "../core/adapter/index.ts";
import { ConnectionError, DatabaseError, EctypeError, retold, shownSql } from "../core/base/index.ts";
import type { ConstraintKind } from "../core/base/index.ts";

/** SQLite's extended result codes, by the names that better-sqlite3 gives them. */
const CODES: Readonly<Record<number, string>> = {
  5: "SQLITE_BUSY",
  8: "SQLITE_READONLY",
  14: "SQLITE_CANTOPEN",
  26: "SQLITE_NOTADB",
  261: "SQLITE_BUSY_RECOVERY",
  275: "SQLITE_CONSTRAINT_CHECK",
  517: "SQLITE_BUSY_SNAPSHOT",
  787: "SQLITE_CONSTRAINT_FOREIGNKEY",
  1299: "SQLITE_CONSTRAINT_NOTNULL",
  1555: "SQLITE_CONSTRAINT_PRIMARYKEY",
  1811: "SQLITE_CONSTRAINT_TRIGGER",
  2067: "SQLITE_CONSTRAINT_UNIQUE",
  2579: "SQLITE_CONSTRAINT_ROWID",
};
const KINDS: Readonly<Record<string, ConstraintKind>> = {
  SQLITE_CONSTRAINT_UNIQUE: "unique",
  SQLITE_CONSTRAINT_PRIMARYKEY: "unique",
  SQLITE_CONSTRAINT_ROWID: "unique",
  SQLITE_CONSTRAINT_FOREIGNKEY: "foreignKey",
  SQLITE_CONSTRAINT_CHECK: "check",
  SQLITE_CONSTRAINT_NOTNULL: "notNull",
};

/** The result code of a driver's error, whichever driver it is; null where the error is none of SQLite's. */
export function sqliteCode(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  const { code, errcode } = error as { code?: unknown; errcode?: unknown };
  if (typeof errcode === "number") return CODES[errcode] ?? CODES[errcode & 0xff] ?? `SQLITE_${errcode}`;
  return typeof code === "string" && code.startsWith("SQLITE_") ? code : null;
}

/** Whether waiting may help; a transaction whose view of the data is outdated never gets the lock. */
export function isBusy(error: unknown): boolean {
  const code = sqliteCode(error);
  return code?.startsWith("SQLITE_BUSY") === true && code !== "SQLITE_BUSY_SNAPSHOT";
}

/** What the error itself says; the rest is found out by `findConstraint`. */
export function constraintOf(error: unknown): ConstraintFailure | null {
  const code = sqliteCode(error) ?? "";
  const text = error instanceof Error ? error.message : "";
  // A key that restricts is a trigger to SQLite.
  const kind = code === "SQLITE_CONSTRAINT_TRIGGER" && text.includes("FOREIGN KEY constraint failed") ? "foreignKey" : KINDS[code];
  if (kind === undefined) return null;
  const about = text.slice(text.indexOf("failed: ") + 8);
  if (kind === "foreignKey" || !text.includes("failed: ")) return { kind, constraint: null, table: null, columns: [] };
  if (kind === "check") return { kind, constraint: about, table: null, columns: [] };
  const index = /^index '(.*)'$/s.exec(about);
  if (index !== null) return { kind, constraint: index[1] ?? null, table: null, columns: [] };
  const { table, columns } = columnsOf(about);
  // SQLite names the columns, not the constraint: until it is found out, it has the name that an index on them usually has.
  return { kind, constraint: kind === "unique" ? [table, ...columns, "index"].join("_") : null, table, columns };
}

/** "movies.a, movies.b" → the table and its columns. */
function columnsOf(text: string): { table: string | null; columns: string[] } {
  const first = text.split(", ", 1)[0] ?? "";
  const dot = first.lastIndexOf(".");
  if (dot < 0) return { table: null, columns: [text] };
  const table = first.slice(0, dot);
  return { table, columns: text.split(`, ${table}.`).map((part, i) => (i === 0 ? part.slice(dot + 1) : part)) };
}

/**
 * A driver's error as one of ectype's, with the statement; never with the values.
 * @param secret values of redacted fields are about, so that nothing of the error may quote one
 */
export function wrapError(given: unknown, sql: string, database: string, secret = false): Error {
  if (given instanceof EctypeError) return given;
  const code = sqliteCode(given);
  const error = secret && given instanceof Error ? withoutValues(given, code) : given;
  const reason = error instanceof Error ? error.message : String(error);
  const message = explain(error, code, reason, database);
  if (code === "SQLITE_NOTADB" || code === "SQLITE_CANTOPEN") return new ConnectionError(message, { cause: error });
  return new DatabaseError(sql === "" ? message : `${message}\n\n    ${shownSql(sql)}`, {
    cause: error,
    sqlState: code,
    sql: sql === "" ? null : sql,
  });
}

/** What the errors of SQL text itself are made of: names. Functions and triggers say what they like. */
const NAMES_ONLY =
  /^(no such |near "|ambiguous column|too many |Expression tree|incomplete input|malformed JSON|integer overflow|wrong number of arguments|misuse of |duplicate column|all VALUES|SELECTs to |cannot |The supplied SQL string contains more than one)/;

/** The driver's error without what may quote a value. */
function withoutValues(error: Error, code: string | null): Error {
  const free = code === null || code === "SQLITE_ERROR" || code === "SQLITE_1" || !KNOWN_CODE.test(code);
  const message =
    free && !NAMES_ONLY.test(error.message)
      ? `the statement failed${code === null ? "" : ` (${code})`}. What the database says of it may quote the value of a redacted field, and is not shown`
      : error.message;
  const { code: own, errcode } = error as { code?: unknown; errcode?: unknown };
  return Object.assign(retold(error, message), { ...(own !== undefined && { code: own }), ...(errcode !== undefined && { errcode }) });
}

/** Result codes whose messages are made of names alone; what a trigger raises is none. */
const KNOWN_CODE =
  /^SQLITE_(CONSTRAINT_(UNIQUE|PRIMARYKEY|ROWID|FOREIGNKEY|CHECK|NOTNULL|DATATYPE)|BUSY|READONLY|CANTOPEN|NOTADB|IOERR|FULL|LOCKED|CORRUPT|INTERRUPT|MISMATCH|TOOBIG|RANGE|SCHEMA|3091)/;

function explain(error: unknown, code: string | null, reason: string, database: string): string {
  if (code === "SQLITE_NOTADB") return `The file "${database}" is not an SQLite database.`;
  if (code === "SQLITE_CANTOPEN") return cannotOpen(database);
  if (code?.startsWith("SQLITE_READONLY")) return `The database "${database}" cannot be written: ${reason}.`;
  if (code === "SQLITE_BUSY_SNAPSHOT") {
    return 'Another connection wrote after this transaction first read, so it cannot write any more: run it again, or begin it with mode: "immediate".';
  }
  if ((error as { code?: unknown } | null)?.code === "ERR_OUT_OF_RANGE") {
    return "The query answers with an integer beyond ±(2^53 - 1), which a number cannot hold: declare the field as field.bigint().";
  }
  if (reason.includes("more than one statement")) return "SQLite runs one statement at a time: send them one by one.";
  return `SQLite: ${reason}`;
}

export function cannotOpen(database: string): string {
  return `The database file "${database}" cannot be opened: see that its folder exists and that this process may read and write there.`;
}

export function lockedError(database: string, waited: number, cause: unknown): DatabaseError {
  return new DatabaseError(
    `the database "${database}" is locked by another process, still after ${waited} ms. Let its transaction end, or wait longer: sqlite({ busyTimeout })`,
    { cause, sqlState: "SQLITE_BUSY" },
  );
}
