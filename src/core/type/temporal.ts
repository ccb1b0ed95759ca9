// The types whose values are of the Temporal classes.
import { ConfigError } from "../base/index.ts";
import type { Precision } from "./calendar.ts";
import { defineType, refuse } from "./define.ts";
import { digitsIn, fitFraction, tooFine } from "./fraction.ts";
import { castInstantText, dateType, naiveDatetimeType, timeType } from "./times.ts";
import type { CastResult, Type } from "./type.ts";

type ClassName = "PlainDate" | "PlainTime" | "PlainDateTime" | "Instant";

/** A value of a Temporal class, as far as it is known where the compiler's `lib` has no Temporal. */
export interface TemporalLike<N extends string> {
  readonly [Symbol.toStringTag]: `Temporal.${N}`;
  equals(other: never): boolean;
  toString(): string;
  toJSON(): string;
}
type TemporalValue<N extends ClassName> = typeof globalThis extends { Temporal: { [K in N]: { prototype: infer V } } }
  ? V
  : TemporalLike<N>;
export type PlainDate = TemporalValue<"PlainDate">;
export type PlainTime = TemporalValue<"PlainTime">;
export type PlainDateTime = TemporalValue<"PlainDateTime">;
export type Instant = TemporalValue<"Instant">;

interface TemporalClass<T> {
  from(text: string): T;
  fromEpochMilliseconds?(time: number): T;
}
interface Value {
  equals(other: unknown): boolean;
  toString(options?: object): string;
  readonly epochMilliseconds: number;
}

export function plainDateType(): Type<PlainDate> {
  return plainType<PlainDate>("PlainDate", dateType, null);
}

export function plainTimeType(precision: Precision): Type<PlainTime> {
  return plainType<PlainTime>("PlainTime", timeType(precision), precision);
}

export function plainDateTimeType(precision: Precision): Type<PlainDateTime> {
  return plainType<PlainDateTime>("PlainDateTime", naiveDatetimeType(precision), precision);
}

/** The Temporal form of a type whose value is ISO text: cast, checked and stored as that text. */
function plainType<T>(name: ClassName, text: Type<string>, precision: Precision | null): Type<T> {
  const Class = temporalClass<T>(name, text.name);
  const dump = (value: T): unknown => text.dump(textOf(value, name, precision));
  const load = (value: string): T => Class.from(value);
  return defineType<T>({
    name: text.name,
    storage: text.storage,
    params: Object.freeze({ ...text.params, as: "temporal" }),
    ...(precision !== null &&
      precision < 6 && { exact: plainType<T>(name, name === "PlainTime" ? timeType(6) : naiveDatetimeType(6), 6) as Type }),
    cast: (value) => castText(text.cast(value), load),
    dump,
    load: text.load === null ? load : (value: string) => Class.from(text.load?.(value as never) as string),
    equal: sameValue(name),
    toJson: dump,
    fromJson: (value) => load(text.fromJson ? text.fromJson(value) : (text.dump(value as string) as string)),
    autogenerate: () => load(text.autogenerate?.() as string),
  });
}

/** A moment as `Temporal.Instant`; with six digits it is exact to the microsecond. */
export function instantType(precision: Precision): Type<Instant> {
  return precision === 6 ? microInstantType() : milliInstantType(precision);
}

function microInstantType(): Type<Instant> {
  const name = "utcDatetimeUsec";
  const Class = temporalClass<Instant>("Instant", name);
  const cast = (value: unknown): CastResult<Instant> => castText(castInstantText(value, 6), (text) => Class.from(text));
  const dump = (value: Instant): string => textOf(value, "Instant", 6);
  return defineType<Instant>({
    name,
    storage: name,
    params: Object.freeze({ precision: 6, as: "temporal" }),
    cast,
    dump,
    ...instantRest(Class, cast, dump),
  });
}

function milliInstantType(precision: 0 | 3): Type<Instant> {
  const name = "utcDatetime";
  const Class = temporalClass<Instant>("Instant", name);
  const cast = (value: unknown): CastResult<Instant> => castText(castInstantText(value, precision), (text) => Class.from(text));
  const toText = (value: Instant): string => textOf(value, "Instant", precision);
  return defineType<Instant>({
    name,
    storage: name,
    params: Object.freeze({ precision, as: "temporal" }),
    exact: microInstantType() as Type,
    cast,
    dump: (value) => new Date(toText(value)),
    ...instantRest(Class, cast, toText),
    load: (value: Date) => {
      if (precision === 0 && value.getTime() % 1000 !== 0) throw new TypeError(tooFine(3, 0));
      return Class.fromEpochMilliseconds?.(value.getTime()) as Instant;
    },
  });
}

function instantRest(Class: TemporalClass<Instant>, cast: (value: unknown) => CastResult<Instant>, toText: (value: Instant) => string) {
  return {
    load: (value: string): Instant => Class.from(value),
    equal: sameValue("Instant"),
    toJson: toText,
    fromJson: (value: unknown): Instant => {
      const result = cast(value);
      return result.ok ? result.value : refuse(value, "a moment in ISO 8601");
    },
    autogenerate: (): Instant => (cast(new Date()) as { value: Instant }).value,
  };
}

function temporalClass<T>(name: ClassName, type: string): TemporalClass<T> {
  const temporal = (globalThis as { Temporal?: Record<string, unknown> }).Temporal;
  if (temporal?.[name] === undefined) {
    throw new ConfigError(
      `a field of type ${type} with as: "temporal" needs Temporal, which this runtime does not have: leave "as" out, use Node 26 or later, or set globalThis.Temporal to a polyfill before the schema is declared`,
    );
  }
  return temporal[name] as TemporalClass<T>;
}

function castText<T>(result: CastResult<string>, make: (text: string) => T): CastResult<T> {
  if (!result.ok) return result;
  return { ok: true, value: result.value === null ? (null as T) : make(result.value) };
}

function isOf(value: unknown, name: ClassName): value is Value {
  return (
    typeof value === "object" && value !== null && (value as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag] === `Temporal.${name}`
  );
}

function sameValue(name: ClassName): (a: unknown, b: unknown) => boolean {
  return (a, b) => a === b || (isOf(a, name) && isOf(b, name) && a.equals(b));
}

/** The text that is stored; it never loses a digit, as no dump does. */
function textOf(value: unknown, name: ClassName, precision: Precision | null): string {
  if (!isOf(value, name)) return refuse(value, `a Temporal.${name}`);
  const text = value.toString({ calendarName: "never" });
  if (!/^(\d{4}-|\d\d:)/.test(text)) throw new TypeError("it is outside the years 0 to 9999");
  if (precision === null) return text;
  const zone = text.endsWith("Z") ? "Z" : "";
  const plain = zone === "" ? text : text.slice(0, -1);
  const digits = digitsIn(plain);
  if (digits > precision) throw new TypeError(tooFine(digits, precision));
  return fitFraction(plain, precision) + zone;
}
