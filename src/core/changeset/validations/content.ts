// Validations of what a value is: its format, and the lists that it is among.
import { ArgumentError, checkOptions, kindOf } from "../../base/index.ts";
import { includesValue, type Type } from "../../type/index.ts";
import { MESSAGE } from "../arguments.ts";
import type { MessageOptions } from "../records.ts";
import { relationOf } from "../relations/relation.ts";
import { type ChangesetState, nameOf } from "../state.ts";
import { checkField, validate } from "./custom.ts";
import { errorFrom } from "./message.ts";

export function validateFormat<C extends ChangesetState>(cs: C, field: string, format: RegExp, options: MessageOptions): C {
  checkField(cs, field, "validateFormat");
  checkOptions(`validateFormat("${field}")`, options, MESSAGE);
  if (!(format instanceof RegExp)) throw new ArgumentError(`validateFormat("${field}") takes a regular expression, not ${kindOf(format)}`);
  // A global or sticky expression remembers where it stopped, and would fail every second time.
  const pattern = format.global || format.sticky ? new RegExp(format.source, format.flags.replace(/[gy]/g, "")) : format;
  return validate(cs, field, { validation: "format", format }, (value) => {
    if (typeof value !== "string")
      throw new ArgumentError(`validateFormat("${field}") of ${nameOf(cs)}: the value must be text, and is ${kindOf(value)}`);
    return pattern.test(value) ? null : errorFrom(field, options.message, "has invalid format", { validation: "format" });
  });
}

export function validateInclusion<C extends ChangesetState>(cs: C, field: string, list: Iterable<unknown>, options: MessageOptions): C {
  checkField(cs, field, "validateInclusion");
  checkOptions(`validateInclusion("${field}")`, options, MESSAGE);
  const allowed = listOf(list, "validateInclusion", field);
  return validate(cs, field, { validation: "inclusion", enum: allowed }, (value) =>
    includesValue(plainType(cs, field, "validateInclusion"), value, allowed)
      ? null
      : errorFrom(field, options.message, "is invalid", { validation: "inclusion", enum: allowed }),
  );
}

export function validateExclusion<C extends ChangesetState>(cs: C, field: string, list: Iterable<unknown>, options: MessageOptions): C {
  checkField(cs, field, "validateExclusion");
  checkOptions(`validateExclusion("${field}")`, options, MESSAGE);
  const reserved = listOf(list, "validateExclusion", field);
  return validate(cs, field, { validation: "exclusion", enum: reserved }, (value) =>
    includesValue(plainType(cs, field, "validateExclusion"), value, reserved)
      ? errorFrom(field, options.message, "is reserved", { validation: "exclusion", enum: reserved })
      : null,
  );
}

export function validateSubset<C extends ChangesetState>(cs: C, field: string, list: Iterable<unknown>, options: MessageOptions): C {
  checkField(cs, field, "validateSubset");
  checkOptions(`validateSubset("${field}")`, options, MESSAGE);
  const allowed = listOf(list, "validateSubset", field);
  return validate(cs, field, { validation: "subset", enum: allowed }, (value) => {
    const { inner } = plainType(cs, field, "validateSubset");
    if (inner === undefined || !Array.isArray(value))
      throw new ArgumentError(
        `validateSubset("${field}") of ${nameOf(cs)}: the field must hold a list, such as field.array(field.string())`,
      );
    const fits = value.every((element) => includesValue(inner, element, allowed));
    return fits ? null : errorFrom(field, options.message, "has an invalid entry", { validation: "subset", enum: allowed });
  });
}

function listOf(list: Iterable<unknown>, call: string, field: string): readonly unknown[] {
  if (typeof list !== "string" && typeof (list as Partial<Iterable<unknown>> | null)?.[Symbol.iterator] === "function")
    return Array.isArray(list) ? list : [...list];
  throw new ArgumentError(`${call}("${field}") takes a list of values, not ${kindOf(list)}`);
}

function plainType(cs: ChangesetState, field: string, call: string): Type {
  const type = cs.types[field];
  if (type !== undefined && relationOf(cs.info, field) === null) return type;
  throw new ArgumentError(`${call}("${field}") of ${nameOf(cs)}: it checks values of fields, and this is a relation`);
}
