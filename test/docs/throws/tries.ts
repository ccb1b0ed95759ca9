import type { Context } from "../docstring-prelude.ts";

/** For a function and an error that its docstring names, something that throws it. */
export type Tries = Readonly<Record<string, Readonly<Record<string, (context: Context) => unknown>>>>;

/** Plain JavaScript asks for what the types refuse. */
export function odd(value: unknown): never {
  return value as never;
}
