import { ArgumentError } from "../base/index.ts";
import { describe } from "../schema/index.ts";

// What the types say, for those who write plain JavaScript.

/** @throws ArgumentError where the name is no text */
export function checkName(call: string, name: unknown): asserts name is string {
  if (typeof name !== "string")
    throw new ArgumentError(`${call} takes the name of a field or an association, which is text, not ${describe(name)}`);
}

/** @throws ArgumentError where the options are no object */
export function checkOptions(call: string, options: unknown): asserts options is object {
  if (typeof options !== "object" || options === null || Array.isArray(options))
    throw new ArgumentError(`${call} takes its options as an object, not ${describe(options)}`);
}
