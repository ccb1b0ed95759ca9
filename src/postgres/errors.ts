import type { ConstraintFailure } from "../core/adapter/index.ts";
import { AbortedError, ConnectionError, DatabaseError, EctypeError, REDACTED, retold, shownSql } from "../core/base/index.ts";
import type { ConstraintKind } from "../core/base/index.ts";
import { addressOf, type PostgresConfig } from "./options.ts";

/** What the server tells of an error, as pg hands it on. */
interface ServerError {
  readonly message: string;
  readonly code?: string;
  readonly hint?: string;
  readonly detail?: string;
  readonly where?: string;
  readonly internalQuery?: string;
  readonly schema?: string;
  readonly table?: string;
  readonly column?: string;
  readonly dataType?: string;
  readonly constraint?: string;
  readonly severity?: string;
  readonly routine?: string;
}

const KINDS: Readonly<Record<string, ConstraintKind>> = {
  "23001": "foreignKey",
  "23502": "notNull",
  "23503": "foreignKey",
  "23505": "unique",
  "23514": "check",
  "23P01": "exclusion",
};
const STATE = /^[0-9A-Z]{5}$/;
/** Errors of Node's sockets and name look-ups. */
const SOCKET = /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_|EHOST|ENET|ENOENT|EACCES|ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/;
const GONE =
  /^(Connection terminated|Client (was closed|has encountered a connection error)|timeout expired|The server does not support SSL)/;

/** The SQLSTATE of an error of the server; null for every other error. */
export function sqlState(error: unknown): string | null {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" && STATE.test(code) && !SOCKET.test(code) ? code : null;
}

export function constraintOf(error: unknown): ConstraintFailure | null {
  const kind = KINDS[sqlState(error) ?? ""];
  if (kind === undefined) return null;
  const { constraint, table, column, detail } = error as ServerError;
  return { kind, constraint: constraint ?? null, table: table ?? null, columns: column === undefined ? keyColumns(detail) : [column] };
}

/** 'Key (movie_id, actor_id)=(1, 2) already exists.' → the columns; an expression is no column. */
function keyColumns(detail: string | undefined): string[] {
  return (constraintColumns(detail)?.match(/"(?:[^"]|"")+"|\w+/g) ?? []).map((name) =>
    name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name,
  );
}

function constraintColumns(detail: string | undefined): string | null {
  const match = detail === undefined ? null : /^Key \(((?:"(?:[^"]|"")+"|\w+)(?:, (?:"(?:[^"]|"")+"|\w+))*)\)=/.exec(detail);
  return match?.[1] ?? null;
}

/** Whether the connection that the error came over cannot be used any more. */
export function isGone(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  const state = sqlState(error);
  // 08P01 is also what a wrong number of parameters is called.
  if (state !== null) return (state.startsWith("08") && state !== "08P01") || /^57P0[1-5]$/.test(state);
  return (typeof code === "string" && SOCKET.test(code)) || GONE.test(error.message);
}

/** The transaction is in a failed state: why, an error before this one has said. */
export function isAftermath(error: unknown): boolean {
  return sqlState(error) === "25P02";
}

const OUTDATED =
  "the table was changed elsewhere since the statement was prepared, and a statement that fails spoils its transaction: run the transaction again, which prepares it anew.";

/** A prepared statement that the server has not, or whose columns have changed. */
export function isOutdated(error: unknown): boolean {
  const state = sqlState(error);
  return state === "26000" || (state === "0A000" && (error as Error).message.includes("cached plan"));
}

/**
 * A driver's error as one of ectype's, with the statement. The server's detail is left out: it holds values.
 * @param secret values of redacted fields are about, so that nothing of the error may quote one
 */
export function wrapError(given: unknown, sql: string, config: PostgresConfig, secret = false): Error {
  if (given instanceof EctypeError) return given;
  const error = secret && sqlState(given) !== null ? withoutValues(given as ServerError & Error) : given;
  const state = sqlState(error);
  if (state === "57014") return new AbortedError(`the server cancelled the statement: ${(error as Error).message}`, { cause: error });
  const trouble = connectionTrouble(error, state, config, sql === "");
  if (trouble !== null) return new ConnectionError(trouble, { cause: error });
  const { message, hint = isOutdated(error) ? OUTDATED : undefined } =
    error instanceof Error ? (error as ServerError & Error) : { message: String(error), hint: undefined };
  // It can still be read, but is not printed with the error.
  if (error instanceof Error && "detail" in error) Object.defineProperty(error, "detail", { enumerable: false });
  const parts = [
    `PostgreSQL: ${message}`,
    ...(hint === undefined ? [] : [`Hint: ${hint}`]),
    ...(sql === "" ? [] : ["", `    ${shownSql(sql)}`]),
  ];
  return new DatabaseError(parts.join("\n"), { cause: error, sqlState: state, sql: sql === "" ? null : sql });
}

/** States whose messages are made of names alone. Data exceptions (22) quote values, and functions and triggers say what they like. */
const NAMES_ONLY = /^(0A|0B|08|21|23|25|26|28|34|3B|3D|3F|40|42|44|53|54|55|57|58)/;
const DATA: Readonly<Record<string, string>> = {
  "22001": "a text is too long for its column",
  "22003": "a number is out of the range of its type",
  "22007": "a text is no date or time",
  "22008": "a date or time is out of its range",
  "22021": "a text holds bytes that are no characters",
  "22P02": "a text is not written as its type is",
};

/** The server's error without what may quote a value: of its message, detail, context and inner query only names are left. */
function withoutValues(error: ServerError & Error): ServerError & Error {
  const { code = "", routine, where, internalQuery, detail } = error;
  const free = !NAMES_ONLY.test(code) || routine === "exec_stmt_raise" || internalQuery !== undefined;
  const parameter = /parameter \$\d+/.exec(where ?? "")?.[0];
  const message = free
    ? `${DATA[code] ?? "the statement failed"} (SQLSTATE ${code}${parameter ? `, ${parameter}` : ""}). What the server says of it may quote the value of a redacted field, and is not shown`
    : error.message;
  const key = constraintColumns(detail);
  const told: Record<string, unknown> = { ...(key && { detail: `Key (${key})=(${REDACTED})` }) };
  for (const name of ["code", "severity", "schema", "table", "column", "dataType", "constraint", "routine"] as const)
    if (error[name] !== undefined) told[name] = error[name];
  if (!free && error.hint !== undefined) told.hint = error.hint;
  return Object.assign(retold(error, message), told);
}

/** @param connecting no statement was sent yet */
function connectionTrouble(error: unknown, state: string | null, config: PostgresConfig, connecting: boolean): string | null {
  const at = addressOf(config);
  switch (state) {
    case "28P01":
    case "28000":
      return `PostgreSQL at ${at} does not let the user "${config.user}" in: check the user, the password and the server's pg_hba.conf.`;
    case "3D000":
      return `There is no database "${config.database}" at ${at}: create it with "ectype create", or check its name.`;
    case "53300":
      return `PostgreSQL at ${at} has no connection left: lower pool.size, or raise the server's max_connections.`;
    case "57P03":
      return `PostgreSQL at ${at} is starting up or shutting down: try again in a moment.`;
    default:
      return isGone(error) ? lostConnection(error as Error, at, connecting) : null;
  }
}

type SocketError = Error & { readonly code?: string; readonly errors?: readonly Error[] };

function lostConnection(error: SocketError, at: string, connecting: boolean): string {
  // Where a name has several addresses, Node puts their errors into one without a message.
  const reason = error.message || error.errors?.[0]?.message || error.code || "unknown";
  const refused = connecting || /ECONNREFUSED|ENOTFOUND|EAI_|ENOENT|EHOST|ENET|ETIMEDOUT|timeout expired/.test(`${error.code} ${reason}`);
  return refused
    ? `PostgreSQL at ${at} cannot be reached (${reason}): see that the server runs, and that host and port are right.`
    : `The connection to PostgreSQL at ${at} broke (${reason}). The next statement gets a new connection; whether this one ran is not known.`;
}
