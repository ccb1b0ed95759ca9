import { CastError, err, ok, type Result } from "../base/index.ts";
import { deepEqual, defineType, INVALID, refuse } from "./define.ts";
import type { CastFailure, CastResult, Type } from "./type.ts";

type Answer<T> = T | Result<T, CastFailure | string>;

/**
 * A type of one's own over another one. Null never reaches its functions. Follows Ecto.Type.
 * @example const slug: CustomType<string> = {
 *   type: "string",
 *   cast: (value) => (typeof value === "string" ? value.toLowerCase().replaceAll(" ", "-") : err({ message: "is no text" })),
 *   load: (value) => String(value),
 *   dump: (value) => value,
 * };
 * castValue(slug, "Ready Player") // => "ready-player"
 */
export interface CustomType<T, Base = unknown> {
  /** The type that the database sees: `load` gets its values and `dump` returns them. */
  readonly type: Base;
  /** How errors and reflection name the type; by default the name of the type that it stands on. */
  readonly name?: string;
  /** From outside. Answers with the value, `ok(value)` or `err({ message?, …meta })`; throws a CastError, or returns undefined, to refuse. */
  cast(value: unknown): Answer<T | null>;
  /** From the database. Throws, or answers with `err`, to refuse. */
  load(value: never): Answer<T>;
  /** For the database. Throws, or answers with `err`, to refuse. */
  dump(value: T): unknown;
  /** Whether two values are the same, so that setting one over the other is no change. By default they are compared part by part. */
  equal?(a: T, b: T): boolean;
  /** In an embed's JSON: "self", the value as it is, read back with `cast`; or "dump", as a column has it. Default "self". */
  readonly embedAs?: "self" | "dump";
  /** Makes a value for `autogenerate: true`. */
  autogenerate?(): T;
}

/** Where a parameterized type is used; both are absent outside a schema. */
export interface TypeContext {
  readonly field?: string;
  readonly schema?: string;
}

/** A type with parameters of its own, which sees null as well. Follows Ecto.ParameterizedType. */
export interface ParameterizedType<T, Options = unknown, Params = Options, Base = unknown> {
  readonly name?: string;
  /** Checks and prepares the options of a field, once. */
  init(options: Options, context: TypeContext): Params;
  type(params: Params): Base;
  cast(value: unknown, params: Params): Answer<T | null>;
  load(value: never, params: Params): Answer<T | null>;
  dump(value: T | null, params: Params): unknown;
  equal?(a: T | null, b: T | null, params: Params): boolean;
  embedAs?(params: Params): "self" | "dump";
  autogenerate?(params: Params): T;
}

/** Makes a type of a custom one and of the type that it stands on. */
export function customOver<T>(custom: CustomType<T>, base: Type, handlesNull = false): Type<T> {
  const cast = (value: unknown): CastResult<T> => castBy(custom, value);
  const dumpToBase = (value: T): unknown => {
    const dumped = guarded(() => custom.dump(value));
    return dumped === undefined ? refuse(dumped, "what the dump of a custom type may return: return null for no value") : dumped;
  };
  const load = (value: unknown): T => guarded(() => custom.load(value as never)) as T;
  const dumped = custom.embedAs === "dump";
  const type = defineType<T>({
    name: custom.name ?? base.name,
    storage: base.storage,
    ...(base.inner && { inner: base.inner }),
    ...(base.params && { params: base.params }),
    ...(handlesNull && { handlesNull }),
    cast,
    dump: (value) => unlessNull(dumpToBase(value), (inner) => base.dump(inner)),
    load: (value: unknown) => load(unlessNull(value, (inner) => (base.load ? base.load(inner as never) : inner))),
    equal: custom.equal ? (a, b) => Boolean(custom.equal?.(a, b)) : deepEqual,
    toJson: dumped ? (value) => unlessNull(dumpToBase(value), (inner) => jsonOf(base, inner)) : null,
    fromJson: dumped
      ? (value) => load(unlessNull(value, (inner) => (base.fromJson ? base.fromJson(inner) : inner)))
      : (value) => recast(cast, value),
    ...(dumped && { embedAs: "dump" as const }),
    ...(custom.autogenerate && { autogenerate: () => (custom.autogenerate as () => T)() }),
  });
  made.add(type);
  return type;
}

const made = new WeakSet<object>();

/** Marks a copy of a custom type as a custom type. */
export function markCustom(type: Type): void {
  made.add(type);
}

/** Whether a type was made of a custom or a parameterized definition. */
export function isCustomType(type: Type): boolean {
  return made.has(type);
}

/** Binds a parameterized type to its parameters: what is left is a custom type. */
export function bindParams<T, O, P, B>(definition: ParameterizedType<T, O, P, B>, options: O, context: TypeContext): CustomType<T, B> {
  const params = definition.init(options, context);
  return {
    type: definition.type(params),
    ...(definition.name !== undefined && { name: definition.name }),
    cast: (value) => definition.cast(value, params),
    load: (value) => definition.load(value, params) as Answer<T>,
    dump: (value) => definition.dump(value, params),
    ...(definition.equal && { equal: (a, b) => Boolean(definition.equal?.(a, b, params)) }),
    ...(definition.embedAs && { embedAs: definition.embedAs(params) }),
    ...(definition.autogenerate && { autogenerate: () => (definition.autogenerate as (params: P) => T)(params) }),
  };
}

function castBy<T>(custom: CustomType<T>, value: unknown): CastResult<T> {
  try {
    const answer: unknown = custom.cast(value);
    if (!isAnswer(answer)) return answer === undefined ? INVALID : ok(answer as T);
    return answer.ok ? ok(answer.value as T) : err(failureOf(answer.error));
  } catch (error) {
    if (error instanceof CastError) return err(failureOf(error.cause ?? error.message));
    throw error;
  }
}

// `err("too short")`, `err({ message: "too short", … })` and `err(null)` are all taken for what they mean.
function failureOf(error: unknown): CastFailure {
  if (typeof error === "string") return { message: error };
  if (error instanceof Error) return { message: error.message };
  return typeof error === "object" && error !== null ? (error as CastFailure) : INVALID.error;
}

function guarded(run: () => unknown): unknown {
  try {
    const answer = run();
    if (!isAnswer(answer)) return answer;
    if (answer.ok) return answer.value;
    throw new TypeError(failureOf(answer.error).message ?? "the custom type refuses it");
  } catch (error) {
    if (error instanceof TypeError) throw error;
    throw new TypeError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

// Stricter than isResult: a value of the user's own may well have a property called ok.
function isAnswer(value: unknown): value is Result<unknown, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const { ok: good } = value as { ok?: unknown };
  return (good === true && "value" in value) || (good === false && "error" in value);
}

function recast<T>(cast: (value: unknown) => CastResult<T>, value: unknown): T {
  const result = cast(value);
  return result.ok
    ? result.value
    : refuse(value, `a value that the type's cast takes${result.error.message ? `: it ${result.error.message}` : ""}`);
}

function jsonOf(base: Type, value: unknown): unknown {
  base.dump(value);
  return base.toJson ? base.toJson(value) : value;
}

function unlessNull(value: unknown, change: (value: unknown) => unknown): unknown {
  return value === null ? null : change(value);
}
