import { stripVTControlCharacters } from "node:util";
import vm from "node:vm";
import { print } from "../../core/base/index.ts";
import type { CompiledLine } from "./compile.ts";

/**
 * Runs a compiled piece of input among the globals of this process, and waits for its value.
 * @param breakOnSigint whether Ctrl-C ends code that does not come to an end
 */
export async function evaluate({ code }: CompiledLine, breakOnSigint: boolean = false): Promise<unknown> {
  return vm.runInThisContext(code, { filename: "console", lineOffset: -1, breakOnSigint });
}

/**
 * An error as the console shows it: what it says, and where in the user's own files it came from.
 * @param root the project's folder
 */
export function failureText(error: unknown, root: string): string {
  if (!(error instanceof Error)) return `** (throw) ${print(error)}`;
  const frames = (error.stack ?? "").split("\n").filter((line) => isOwnFrame(line, root));
  return [`** (${error.name}) ${stripVTControlCharacters(error.message)}`, ...frames].join("\n");
}

function isOwnFrame(line: string, root: string): boolean {
  return /^\s+at /.test(line) && line.includes(root) && !line.includes("node_modules");
}
