import { ArgumentError, checkOptions, didYouMean, kindOf, ok, optionNames } from "../base/index.ts";
import { defineType, INVALID, refuse } from "./define.ts";
import type { CastResult, Type } from "./type.ts";

const TEXT = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const LOWER = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const EXPECTED = "a UUID such as 018f4e6a-7c1d-7b3e-9a52-0c5d1e2f3a4b";
const UNITS = { second: 1, millisecond: 1, microsecond: 1_000, nanosecond: 1_000_000 } as const;

/** Which UUIDs are generated. */
export interface UuidOptions {
  /** 4, random, or 7, which sorts by the time it was made. Default 4. */
  readonly version?: 4 | 7;
  /** For version 7: "monotonic" makes every value greater than the one before it in this process. Default "millisecond". */
  readonly precision?: "millisecond" | "monotonic";
}

const OPTIONS = optionNames<UuidOptions>({ version: true, precision: true });
const shared = new Map<string, Type<string>>();

/** The type with its shared instance for each version. */
export function uuidType(options: UuidOptions = {}): Type<string> {
  checkOptions("types.uuid", options, OPTIONS);
  const make = generator(options);
  const key = `${options.version ?? 4} ${options.precision ?? ""}`;
  let type = shared.get(key);
  if (type === undefined) {
    type = uuidWith(make);
    shared.set(key, type);
  }
  return type;
}

function uuidWith(make: () => string): Type<string> {
  return defineType<string>({ name: "uuid", storage: "uuid", cast, dump, autogenerate: make });
}

/** Whether a text is a UUID, in letters of any case. */
export function isUuid(text: string): boolean {
  return TEXT.test(text);
}

/** Whether it is one as the library writes it, in small letters. */
export function isPlainUuid(text: string): boolean {
  return LOWER.test(text);
}

function cast(value: unknown): CastResult<string> {
  if (typeof value === "string") return TEXT.test(value) ? ok(value.toLowerCase()) : INVALID;
  return value instanceof Uint8Array && value.length === 16 ? ok(format(value)) : INVALID;
}

function dump(value: string): string {
  if (typeof value !== "string") return refuse(value, "a UUID in text");
  if (LOWER.test(value)) return value;
  return TEXT.test(value) ? value.toLowerCase() : refuse(value, EXPECTED);
}

function generator(options: UuidOptions): () => string {
  const { version = 4, precision } = options;
  if (version !== 4 && version !== 7) throw new ArgumentError(`unsupported UUID version ${String(version)}: use 4 or 7`);
  if (precision !== undefined && precision !== "millisecond" && precision !== "monotonic") {
    throw new ArgumentError(`unsupported UUID precision "${String(precision)}": use "millisecond" or "monotonic"`);
  }
  if (version === 4) {
    if (precision !== undefined)
      throw new ArgumentError("a UUID of version 4 holds no time, so it takes no precision: leave it out, or use version: 7");
    return randomUuid;
  }
  return precision === "monotonic" ? monotonicUuid : () => timedUuid(Date.now());
}

function randomUuid(): string {
  return crypto.randomUUID();
}

/** A UUID of version 7: of a random one the first 48 bits become the time, and the version changes. */
function timedUuid(time: number): string {
  const text = time.toString(16).padStart(12, "0");
  return `${text.slice(0, 8)}-${text.slice(8)}-7${randomUuid().slice(15)}`;
}

// The 12 bits behind the version count within a millisecond, from a random number in the lower half of them on: RFC 9562, 6.2, method 1.
const COUNTER_END = 0x1000;
let lastTime = 0;
let counter = 0;

/** Greater than the one before it, also where the clock goes back; a counter that is used up takes its next millisecond ahead. */
function monotonicUuid(): string {
  const now = Date.now();
  counter++;
  if (now > lastTime || counter === COUNTER_END) {
    lastTime = Math.max(now, lastTime + 1);
    counter = crypto.getRandomValues(new Uint16Array(1))[0]! & 0x7ff;
  }
  const uuid = timedUuid(lastTime);
  return `${uuid.slice(0, 15)}${counter.toString(16).padStart(3, "0")}${uuid.slice(18)}`;
}

/** A unit for `UUID.toUnix`. */
export type UnixUnit = keyof typeof UNITS;

/**
 * Makes and reads UUIDs, outside of any field.
 * @example UUID.version(UUID.generate({ version: 7 })) // => 7
 * @see Ecto.UUID
 */
export const UUID = Object.freeze({
  /**
   * Makes a UUID in text.
   * @throws ArgumentError for an unknown version, precision or option
   * @example UUID.generate().length // => 36
   * @see Ecto.UUID.generate/1
   */
  generate(options: UuidOptions = {}): string {
    checkOptions("UUID.generate", options, OPTIONS);
    return generator(options)();
  },
  /**
   * Makes a UUID as 16 bytes.
   * @throws ArgumentError for an unknown version, precision or option
   * @example UUID.generateBytes().length // => 16
   * @see Ecto.UUID.bingenerate/1
   */
  generateBytes(options: UuidOptions = {}): Uint8Array {
    checkOptions("UUID.generateBytes", options, OPTIONS);
    return parse(generator(options)());
  },
  /**
   * Casts text in any case, or 16 bytes, to lowercase text.
   * @returns a result; it does not throw
   * @example UUID.cast("nonsense").ok // => false
   * @see Ecto.UUID.cast/1
   */
  cast,
  /**
   * The 16 bytes of a UUID in text.
   * @throws ArgumentError where it is none
   * @example UUID.parse("018f4e6a-7c1d-7b3e-9a52-0c5d1e2f3a4b")[0] // => 1
   * @see Ecto.UUID.dump!/1
   */
  parse,
  /**
   * The text of a UUID's 16 bytes.
   * @throws ArgumentError where they are none
   * @example UUID.format(new Uint8Array(16)) // => "00000000-0000-0000-0000-000000000000"
   * @see Ecto.UUID.load!/1
   */
  format,
  /**
   * The version of a UUID, text or bytes.
   * @throws ArgumentError where it is none
   * @example UUID.version("018f4e6a-7c1d-7b3e-9a52-0c5d1e2f3a4b") // => 7
   * @see RFC 9562
   */
  version(uuid: string | Uint8Array): number {
    return Number.parseInt(textOf(uuid).charAt(14), 16);
  },
  /**
   * The time in a UUID of version 7, since 1970: a bigint for nanoseconds, else a number.
   * @param unit "second", "millisecond" unless given, "microsecond" or "nanosecond"
   * @throws ArgumentError for other versions and units
   * @example UUID.toUnix("018f4e6a-7c1d-7b3e-9a52-0c5d1e2f3a4b", "second") // => 1715007552
   * @see RFC 9562
   */
  toUnix,
  /**
   * The time in a UUID of version 7.
   * @throws ArgumentError for other versions
   * @example UUID.toDatetime("018f4e6a-7c1d-7b3e-9a52-0c5d1e2f3a4b").getUTCFullYear() // => 2024
   * @see RFC 9562
   */
  toDatetime(uuid: string | Uint8Array): Date {
    return new Date(milliseconds(uuid));
  },
});

function toUnix(uuid: string | Uint8Array, unit: "nanosecond"): bigint;
function toUnix(uuid: string | Uint8Array, unit?: Exclude<UnixUnit, "nanosecond">): number;
function toUnix(uuid: string | Uint8Array, unit: UnixUnit = "millisecond"): number | bigint {
  if (!Object.hasOwn(UNITS, unit))
    throw new ArgumentError(`unknown unit of time "${String(unit)}". ${didYouMean(String(unit), Object.keys(UNITS))}`);
  const time = milliseconds(uuid);
  if (unit === "nanosecond") return BigInt(time) * BigInt(UNITS.nanosecond);
  return unit === "second" ? Math.floor(time / 1000) : time * UNITS[unit];
}

function milliseconds(uuid: string | Uint8Array): number {
  const text = textOf(uuid);
  if (text.charAt(14) !== "7") throw new ArgumentError(`only a UUID of version 7 holds a time, this one is of version ${text.charAt(14)}`);
  return Number.parseInt(text.slice(0, 8) + text.slice(9, 13), 16);
}

function textOf(uuid: string | Uint8Array): string {
  const result = cast(uuid);
  if (!result.ok) throw new ArgumentError(`${kindOf(uuid)} is not ${EXPECTED}, nor the 16 bytes of one`);
  return result.value;
}

function parse(text: string): Uint8Array {
  if (typeof text !== "string" || !TEXT.test(text)) throw new ArgumentError(`${kindOf(text)} is not ${EXPECTED}`);
  const hex = text.replaceAll("-", "");
  return Uint8Array.from({ length: 16 }, (_, i) => Number.parseInt(hex.slice(i * 2, i * 2 + 2), 16));
}

function format(bytes: Uint8Array): string {
  if (typeof bytes === "string" && TEXT.test(bytes)) throw new ArgumentError("this UUID is text already: format takes its 16 bytes");
  if (!(bytes instanceof Uint8Array) || bytes.length !== 16) throw new ArgumentError(`${kindOf(bytes)} is not the 16 bytes of a UUID`);
  let hex = "";
  for (const byte of bytes) hex += byte.toString(16).padStart(2, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
