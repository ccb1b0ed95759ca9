// Input in TypeScript, without its types.
import { createJiti } from "jiti";

let compiler: ReturnType<typeof createJiti> | null = null;

const IMPORT = /^[ \t]*import\s(?!type\b)[^;\n]*?["'][^"'\n]+["'][ \t]*(?:;|$)/gm;
const FAILURE = /^exports\.__JITI_ERROR__ = (\{.*\})/;

/**
 * Input in TypeScript as JavaScript.
 * @returns the code, or that more is to come; null where it is no TypeScript either
 */
export function withoutTypes(input: string): { readonly code: string; readonly complete: boolean } | null {
  // The compiler would make calls of imports, which the console sees to itself.
  const imports: string[] = [];
  const source = input.replace(IMPORT, (line) => {
    imports.push(
      line
        .replace(/\btype\s+\w+\s*,?/g, "")
        .trim()
        .replace(/;?$/, ";"),
    );
    return "";
  });
  compiler ??= createJiti("/console.ts");
  const made = compiler.transform({ source, ts: true, async: true, filename: "console.ts" });
  const failure = FAILURE.exec(made);
  if (failure === null) {
    // An enum adds to one that is there; in the console names that are not there are errors.
    const code = made.replace(/^"use strict";/, "").replace(/\}\((\w+) \|\| \{\}\)/g, "}(globalThis.$1 || {})");
    return { code: `${imports.join("")}${code}`, complete: true };
  }
  const { line, column } = JSON.parse(failure[1] as string) as { line: number; column: number };
  const lines = source.split("\n");
  const rest = [(lines[line - 1] ?? "").slice(column), ...lines.slice(line)].join("\n");
  return rest.trim() === "" ? { code: "", complete: false } : null;
}
