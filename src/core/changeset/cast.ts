import { ArgumentError, checkOptions, didYouMean, optionNames } from "../base/index.ts";
import { defaultOf, type SchemaInfo } from "../schema/index.ts";
import { deepEqual, formatType, trimValue, type Type } from "../type/index.ts";
import { equal } from "./equal.ts";
import { readParams } from "./params.ts";
import type { ChangesetError } from "./records.ts";
import { relationOf } from "./relations/relation.ts";
import { dataOf, type ChangesetState, nameOf, update, type Values } from "./state.ts";

export interface CastOptions {
  /** Values that count as none in this cast, instead of the changeset's own: `[""]`, unless `withEmptyValues` says otherwise. */
  readonly emptyValues?: readonly unknown[];
  /** Another text for a value that cannot be cast; null for the usual one. */
  readonly message?: (field: string, meta: Readonly<Record<string, unknown>>) => string | null | undefined;
  /** Keeps values that equal the data's as changes. */
  readonly forceChanges?: boolean;
  /** What is compared with the empty values: text without leading white space unless said otherwise. */
  readonly trimValues?: (type: Type, value: unknown) => unknown;
}

const OPTIONS = optionNames<CastOptions>({ emptyValues: true, message: true, forceChanges: true, trimValues: true });

/** Casts the permitted params into changes. */
export function castParams<C extends ChangesetState>(cs: C, given: unknown, permitted: readonly string[], options: CastOptions): C {
  checkArguments(permitted, options);
  const params = readParams(given);
  if (params === null) {
    for (const name of permitted) castableType(cs, name);
    return update(cs, { valid: false, wasCast: true });
  }
  const emptyValues = options.emptyValues ?? cs.emptyValues;
  const rules: Rules = {
    params,
    emptyValues,
    trim: options.trimValues ?? trimValue,
    force: options.forceChanges === true,
    message: options.message,
  };
  const changes: Record<string, unknown> = { ...cs.changes };
  const errors: ChangesetError[] = [];
  for (const name of permitted) {
    const error = castField(cs, changes, name, rules);
    if (error !== null) errors.push(error);
  }
  return update(cs, {
    changes,
    params: cs.params === null ? params : { ...cs.params, ...params },
    errors: errors.length === 0 ? cs.errors : union(cs.errors, errors),
    valid: cs.valid && errors.length === 0,
    wasCast: true,
  });
}

/** Errors of both lists, each once. */
export function union(first: readonly ChangesetError[], second: readonly ChangesetError[]): readonly ChangesetError[] {
  return first.length === 0 ? second : [...first, ...second.filter((error) => !first.some((one) => deepEqual(one, error)))];
}

interface Rules {
  readonly params: Values;
  readonly emptyValues: readonly unknown[];
  readonly trim: (type: Type, value: unknown) => unknown;
  readonly force: boolean;
  readonly message: CastOptions["message"];
}

function castField(cs: ChangesetState, changes: Record<string, unknown>, name: string, rules: Rules): ChangesetError | null {
  const type = castableType(cs, name);
  const { params } = rules;
  if (!Object.hasOwn(params, name) || params[name] === undefined) return null;
  const kept = withoutEmpty(type, params[name], rules);
  const value = kept === EMPTY ? defaultValue(cs.info, name) : kept;
  const result = value === null && !type.handlesNull ? null : type.cast(value);
  if (result !== null && !result.ok) return castError(name, type, result.error, rules.message);
  const cast = result === null ? null : result.value;
  const current = Object.hasOwn(changes, name) ? changes[name] : dataOf(cs)[name];
  if (rules.force || !equal(type, current, cast)) changes[name] = cast;
  return null;
}

function castError(field: string, type: Type, failure: Readonly<Record<string, unknown>>, custom: CastOptions["message"]): ChangesetError {
  const { message = "is invalid", ...more } = failure;
  const meta = { validation: "cast", ...more, type: formatType(type) };
  return { field, message: custom?.(field, meta) ?? String(message), ...meta };
}

function defaultValue(info: SchemaInfo | null, name: string): unknown {
  const field = info?.field(name);
  return field === undefined ? null : defaultOf(field);
}

const EMPTY: unique symbol = Symbol("empty");

/** The value, without the elements of a list that count as none; EMPTY where it is none itself. */
function withoutEmpty(type: Type, value: unknown, rules: Rules): unknown {
  const { inner } = type;
  if (type.storage !== "array" || inner === undefined || !Array.isArray(value)) return isEmpty(type, value, rules) ? EMPTY : value;
  const kept = value.map((element) => withoutEmpty(inner, element, rules)).filter((element) => element !== EMPTY);
  return isEmpty(type, kept, rules) ? EMPTY : kept;
}

function isEmpty(type: Type, value: unknown, rules: Rules): boolean {
  return isEmptyValue(rules.trim(type, value), rules.emptyValues);
}

/** Whether a value is among those that count as none. */
export function isEmptyValue(value: unknown, emptyValues: readonly unknown[]): boolean {
  for (const empty of emptyValues) if (empty === value || (typeof empty === "object" && deepEqual(empty, value))) return true;
  return false;
}

function checkArguments(permitted: readonly string[], options: CastOptions): void {
  if (!Array.isArray(permitted)) throw new ArgumentError('cast takes the permitted fields as a list such as ["title", "tagline"]');
  checkOptions("cast", options, OPTIONS);
  const { emptyValues, message, trimValues } = options;
  if (emptyValues !== undefined) checkEmptyValues("cast", emptyValues);
  if (message !== undefined && (typeof message !== "function" || message.length > 2)) {
    throw new ArgumentError("cast: the option message is a function of the field and the error's metadata: (field, meta) => string | null");
  }
  if (trimValues !== undefined && typeof trimValues !== "function")
    throw new ArgumentError("cast: the option trimValues is a function of a type and a value");
}

/** @throws ArgumentError where the values are no list, or functions */
export function checkEmptyValues(call: string, values: readonly unknown[]): void {
  if (!Array.isArray(values)) throw new ArgumentError(`${call}: emptyValues is a list such as [""]`);
  if (values.some((value) => typeof value === "function"))
    throw new ArgumentError(`${call}: emptyValues holds values, not functions; use trimValues to change what is compared with them`);
}

/** The type of a field that may be cast; throws where it is a relation, or no field at all. */
function castableType(cs: ChangesetState, name: string): Type {
  if (typeof name !== "string") throw new ArgumentError("cast takes field names, which are text");
  const { info } = cs;
  const relation = relationOf(info, name);
  if (relation !== null) {
    const call = relation.tag === "assoc" ? "castAssoc" : "castEmbed";
    throw new ArgumentError(
      `cast: "${name}" of ${nameOf(cs)} is an ${relation.tag === "assoc" ? "association" : "embed"}; leave it out of the permitted fields and use .${call}("${name}")`,
    );
  }
  if (Object.hasOwn(cs.types, name)) return cs.types[name] as Type;
  if (info?.association(name)) throw new ArgumentError(`cast: "${name}" of ${nameOf(cs)} is a through association, which is read-only`);
  const fields = Object.keys(cs.types);
  throw new ArgumentError(
    `cast: unknown field "${name}" of ${nameOf(cs)}. ${didYouMean(name, fields)} The fields are: ${fields.join(", ")}`,
  );
}
