import { putMeta } from "../../../../src/core/schema/index.ts";

/** A struct as if it came from the database. */
export function loaded<S extends object>(struct: S): S {
  return putMeta(struct, { state: "loaded" });
}

/** What a function throws. */
export function thrown(fn: () => unknown): Error {
  try {
    fn();
  } catch (error) {
    return error as Error;
  }
  throw new Error("it did not throw");
}
