import { ArgumentError, checkOptions, kindOf } from "../../base/index.ts";
import { Decimal } from "../../type/index.ts";
import type { MessageOption } from "../records.ts";
import { type ChangesetState, nameOf } from "../state.ts";
import { checkField, validate } from "./custom.ts";
import { errorFrom } from "./message.ts";

export type NumberLike = number | bigint | Decimal;

export interface NumberOptions {
  readonly lessThan?: NumberLike;
  readonly greaterThan?: NumberLike;
  readonly lessThanOrEqualTo?: NumberLike;
  readonly greaterThanOrEqualTo?: NumberLike;
  readonly equalTo?: NumberLike;
  readonly notEqualTo?: NumberLike;
  readonly message?: MessageOption;
}

interface Comparison {
  readonly holds: (order: number) => boolean;
  readonly message: string;
}
type ComparisonName = Exclude<keyof NumberOptions, "message">;
const COMPARISONS: Readonly<Record<ComparisonName, Comparison>> = {
  lessThan: { holds: (order) => order < 0, message: "must be less than %{number}" },
  greaterThan: { holds: (order) => order > 0, message: "must be greater than %{number}" },
  lessThanOrEqualTo: { holds: (order) => order <= 0, message: "must be less than or equal to %{number}" },
  greaterThanOrEqualTo: { holds: (order) => order >= 0, message: "must be greater than or equal to %{number}" },
  equalTo: { holds: (order) => order === 0, message: "must be equal to %{number}" },
  notEqualTo: { holds: (order) => order !== 0, message: "must be not equal to %{number}" },
};
const OPTIONS = [...Object.keys(COMPARISONS), "message"];

export function validateNumber<C extends ChangesetState>(cs: C, field: string, options: NumberOptions): C {
  checkField(cs, field, "validateNumber");
  const checks = readChecks(field, options);
  return validate(cs, field, { validation: "number", ...options }, (value) => {
    if (!isNumber(value))
      throw new ArgumentError(
        `validateNumber("${field}") of ${nameOf(cs)}: the value must be a number, a bigint or a Decimal, and is ${kindOf(value)}`,
      );
    const failed = checks.find(({ comparison, target }) => !comparison.holds(compare(value, target)));
    if (failed === undefined) return null;
    return errorFrom(field, options.message, failed.comparison.message, { validation: "number", kind: failed.kind, number: failed.target });
  });
}

function readChecks(field: string, options: NumberOptions) {
  if (typeof options !== "object" || options === null)
    throw new ArgumentError(`validateNumber("${field}") takes options such as { greaterThan: 0 }`);
  checkOptions(`validateNumber("${field}")`, options, OPTIONS);
  return Object.entries(options)
    .filter(([kind, target]) => kind !== "message" && target !== undefined)
    .map(([kind, target]) => {
      const comparison = COMPARISONS[kind as ComparisonName];
      if (!isNumber(target))
        throw new ArgumentError(`validateNumber("${field}"): ${kind} must be a number, a bigint or a Decimal, and is ${kindOf(target)}`);
      return { kind, comparison, target };
    });
}

function isNumber(value: unknown): value is NumberLike {
  return typeof value === "bigint" || (typeof value === "number" && !Number.isNaN(value)) || Decimal.isDecimal(value);
}

function compare(a: NumberLike, b: NumberLike): number {
  if (typeof a === "object" || typeof b === "object") return decimal(a).cmp(decimal(b));
  return a < b ? -1 : a > b ? 1 : 0;
}

function decimal(value: NumberLike): Decimal {
  return typeof value === "object" ? value : new Decimal(typeof value === "bigint" ? value.toString() : value);
}
