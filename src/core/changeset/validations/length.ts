import { ArgumentError, checkOptions, kindOf, optionNames } from "../../base/index.ts";
import type { MessageOption } from "../records.ts";
import { relationOf, remaining } from "../relations/relation.ts";
import { type ChangesetState, nameOf } from "../state.ts";
import { checkField, validate } from "./custom.ts";
import { errorFrom } from "./message.ts";

export interface LengthOptions {
  readonly is?: number;
  readonly min?: number;
  readonly max?: number;
  /** What is counted in text; "graphemes", which are what readers see as characters, unless said otherwise. */
  readonly count?: "graphemes" | "codepoints" | "bytes";
  readonly message?: MessageOption;
}

const OPTIONS = optionNames<LengthOptions>({ is: true, min: true, max: true, count: true, message: true });
const COUNTS = ["graphemes", "codepoints", "bytes"];

export function validateLength<C extends ChangesetState>(cs: C, field: string, options: LengthOptions): C {
  checkField(cs, field, "validateLength");
  check(field, options);
  const { is, min, max } = options;
  const limit = Math.max(is ?? 0, min ?? 0, max ?? 0) + 1;
  return validate(cs, field, { validation: "length", ...options }, (value) => {
    const { type, length } = measure(cs, field, value, options.count ?? "graphemes", limit);
    const fail = (kind: "is" | "min" | "max", count: number) =>
      errorFrom(field, options.message, text(kind, type), { count, validation: "length", kind, type });
    if (is !== undefined && length !== is) return fail("is", is);
    if (min !== undefined && length < min) return fail("min", min);
    if (max !== undefined && length > max) return fail("max", max);
    return null;
  });
}

type Measured = "string" | "binary" | "list" | "map";

function text(kind: "is" | "min" | "max", type: Measured): string {
  const bound = { is: "", min: "at least ", max: "at most " }[kind];
  if (type === "string") return `should be ${bound}%{count} character(s)`;
  return type === "binary" ? `should be ${bound}%{count} byte(s)` : `should have ${bound}%{count} item(s)`;
}

/** The length of a value; counting stops at `limit`, since longer is longer. */
function measure(cs: ChangesetState, field: string, value: unknown, count: string, limit: number): { type: Measured; length: number } {
  if (typeof value === "string") {
    if (count === "bytes") return { type: "binary", length: new TextEncoder().encode(value).length };
    return { type: "string", length: count === "codepoints" ? countUpTo(value, limit) : graphemes(value, limit) };
  }
  if (value instanceof Uint8Array) return { type: "binary", length: value.length };
  if (Array.isArray(value)) return { type: "list", length: relationOf(cs.info, field) === null ? value.length : remaining(value).length };
  if (value instanceof Map || value instanceof Set) return { type: "map", length: value.size };
  if (typeof value === "object" && value !== null) return { type: "map", length: Object.keys(value).length };
  throw new ArgumentError(
    `validateLength("${field}") of ${nameOf(cs)}: the value must be text, bytes, a list or an object, and is ${kindOf(value)}`,
  );
}

const PLAIN = /^[\x20-\x7e]*$/;
let segmenter: Intl.Segmenter | null = null;

function graphemes(value: string, limit: number): number {
  if (PLAIN.test(value)) return value.length;
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  return countUpTo(segmenter.segment(value), limit);
}

function countUpTo(items: Iterable<unknown>, limit: number): number {
  let count = 0;
  for (const _ of items) if (++count >= limit) break;
  return count;
}

function check(field: string, options: LengthOptions): void {
  if (typeof options !== "object" || options === null)
    throw new ArgumentError(`validateLength("${field}") takes options such as { min: 3, max: 100 }`);
  checkOptions(`validateLength("${field}")`, options, OPTIONS);
  for (const name of ["is", "min", "max"] as const) {
    const bound = options[name];
    if (bound !== undefined && (!Number.isInteger(bound) || bound < 0))
      throw new ArgumentError(`validateLength("${field}"): ${name} must be a whole number from 0 on`);
  }
  if (options.count !== undefined && !COUNTS.includes(options.count))
    throw new ArgumentError(`validateLength("${field}"): count is "graphemes", "codepoints" or "bytes"`);
}
