import { ArgumentError, kindOf, optionNames } from "../base/index.ts";
import type { MessageOptions } from "./records.ts";

// What the types say, for those who write plain JavaScript.

/** @throws ArgumentError where the name is no text */
export function checkName(call: string, name: unknown): asserts name is string {
  if (typeof name !== "string")
    throw new ArgumentError(`${call} takes the name of a field or an association, which is text, not ${kindOf(name)}`);
}

/** @throws ArgumentError where it is no object */
export function checkObject(call: string, what: string, value: unknown): asserts value is object {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new ArgumentError(`${call} takes ${what} as an object, not ${kindOf(value)}`);
}

/** The options of a validation that has no others. */
export const MESSAGE = optionNames<MessageOptions>({ message: true });
