import { print, REDACTED } from "../../base/index.ts";
import type { Statement } from "../../adapter/index.ts";
import type { QueryState } from "../../query/index.ts";

/** One statement, as it is told to logs. */
export interface LogEvent {
  readonly sql: string;
  /** The values as they were sent, whole numbers in a form that JSON takes; those of redacted fields are "**redacted**". */
  readonly params: readonly unknown[];
  /** The table that the statement is about, where it is one. */
  readonly source: string | null;
  /** Milliseconds between sending the statement and its answer. */
  readonly queryTime: number;
  readonly result: { readonly count: number } | null;
  readonly error: unknown;
}
/** `true` prints, a function is called, `false` is silent. */
export type LogOption = boolean | ((event: LogEvent) => void);

/** Where events of statements go. */
export const logEvent = {
  active(log: LogOption): boolean {
    return log !== false;
  },
  emit(log: LogOption, event: LogEvent): void {
    if (typeof log !== "function") {
      if (log) console.log(line(event));
      return;
    }
    try {
      log(event);
    } catch (error) {
      // The statement has run: what a log makes of it must not look like its failure.
      console.error("ectype: the function that was given as log threw", error);
    }
  },
};

/** The table that a query is about, for logs. */
export function sourceName({ source }: QueryState): string | null {
  if (source.kind === "schema") return source.table;
  return source.kind === "table" || source.kind === "cte" ? source.name : null;
}

/** The values of a statement as they may be shown: none of redacted fields. */
export function shownParams({ secret }: Statement, params: readonly unknown[]): readonly unknown[] {
  if (secret === undefined) return params;
  return params.map((value, at) => (value !== null && (secret === "all" || secret.includes(at)) ? REDACTED : value));
}

/** The values that may be shown, in forms that JSON takes, as an event has them. */
export function loggedParams(statement: Statement, params: readonly unknown[]): readonly unknown[] {
  return shownParams(statement, params).map(loggable);
}

/** Drivers take whole numbers as bigints, which JSON.stringify refuses: those beyond 2^53 are shown as text, with all digits. */
function loggable(value: unknown): unknown {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  return Array.isArray(value) ? value.map(loggable) : value;
}

function line(event: LogEvent): string {
  const state = event.error === null ? "OK" : "ERROR";
  const source = event.source === null ? "" : ` source="${event.source}"`;
  return `QUERY ${state}${source} db=${event.queryTime.toFixed(1)}ms\n${event.sql} ${print(event.params)}`;
}
