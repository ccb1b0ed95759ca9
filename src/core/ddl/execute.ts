// The commands `execute` and `executeFile`.
import { ArgumentError, print } from "../base/index.ts";
import type { CommandOf, ExecuteStep } from "./data.ts";
import { isRawSql } from "./raw.ts";
import type { RawSql } from "./raw.ts";

/** SQL, several statements, or a function that runs when the command's turn comes. */
export type ExecuteInput = string | RawSql | readonly string[] | (() => unknown);

/**
 * Runs SQL or a function; the second argument is what a rollback runs (Ecto's `execute/1` and `execute/2`).
 * @throws ArgumentError where either is neither SQL nor a function
 */
export function execute(up: ExecuteInput, down?: ExecuteInput): CommandOf<"execute"> {
  return command(step(up), down === undefined ? null : step(down), []);
}

/** Runs the SQL of files that were read already; the paths are for messages (Ecto's `execute_file/2`). */
export function executeFile(
  up: { readonly path: string; readonly sql: string },
  down?: { readonly path: string; readonly sql: string },
): CommandOf<"execute"> {
  return command([up.sql], down === undefined ? null : [down.sql], down === undefined ? [up.path] : [up.path, down.path]);
}

function command(up: ExecuteStep, down: ExecuteStep | null, files: readonly string[]): CommandOf<"execute"> {
  return Object.freeze({ kind: "execute", up, down, files: Object.freeze(files) });
}

function step(input: ExecuteInput): ExecuteStep {
  if (typeof input === "function") return input;
  if (isRawSql(input)) return Object.freeze([input.raw]);
  const statements = typeof input === "string" ? [input] : input;
  if (Array.isArray(statements) && statements.every((one) => typeof one === "string")) return Object.freeze([...(statements as string[])]);
  throw new ArgumentError(`execute() takes SQL, a list of statements or a function, not ${print(input)}`);
}
