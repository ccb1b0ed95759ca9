import { ArgumentError, didYouMean } from "./errors.ts";
import { kindOf } from "./kind.ts";

/**
 * Options that nothing reads are a mistake wherever there are options: the one check of them.
 * @param call what takes the options, as messages name it
 * @param known the names of all options that there are
 * @param fail makes the error, where it is not an ArgumentError
 */
export function checkOptions(
  call: string,
  options: unknown,
  known: readonly string[],
  fail: (message: string) => Error = (message) => new ArgumentError(message),
): asserts options is object {
  if (typeof options !== "object" || options === null || Array.isArray(options))
    throw fail(`${call} takes its options as an object, not ${kindOf(options)}`);
  for (const option of Object.keys(options)) {
    if (!known.includes(option)) throw fail(`${call}: unknown option "${option}". ${didYouMean(option, known)}`);
  }
}

/** Options of which only the names are checked: their values may be anything. */
export type Unchecked<T> = { readonly [K in keyof T]?: unknown };

/** The names of a call's options, as their type has them: a name that only one of the two has does not compile. */
export function optionNames<T>(names: Readonly<Record<keyof T, true>>): readonly string[] {
  return Object.keys(names);
}
