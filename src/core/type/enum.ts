import { ArgumentError, checkOptions, err, ok, optionNames } from "../base/index.ts";
import { defineType, refuse } from "./define.ts";
import type { CastResult, Type } from "./type.ts";

/** The names of an enum: a list, or an object from name to stored value, all integers or all strings. */
export type EnumInput = readonly string[] | Readonly<Record<string, number>> | Readonly<Record<string, string>>;
export type EnumValue<V> = V extends readonly (infer N extends string)[] ? N : keyof V & string;
export interface EnumOptions {
  /** Inside an embed: "values", the names, which is the default, or "dumped", what a column would hold. */
  readonly embedAs?: "values" | "dumped";
}

type Stored = string | number;
interface EnumInfo {
  readonly names: readonly string[];
  readonly stored: readonly Stored[];
}
const known = new WeakMap<Type, EnumInfo>();

export function enumType<const V extends EnumInput>(values: V, options: EnumOptions = {}): Type<EnumValue<V>> {
  const info = readSpec(values);
  checkOptions("types.enum", options, OPTIONS);
  const { embedAs = "values" } = options;
  if (embedAs !== "values" && embedAs !== "dumped") {
    throw new ArgumentError(`the option embedAs of an enum must be "values" or "dumped", not "${String(embedAs)}"`);
  }
  const type = enumOver(info, embedAs) as Type<EnumValue<V>>;
  known.set(type, info);
  return type;
}

function enumOver(info: EnumInfo, embedAs: "values" | "dumped"): Type<string> {
  const toStored = new Map(info.names.map((name, i) => [name, info.stored[i] as Stored]));
  const toName = new Map(info.stored.map((stored, i) => [stored, info.names[i] as string]));
  const byName = info.names.every((name) => toStored.get(name) === name);
  const failure = err({ validation: "inclusion", enum: info.names });
  // Names first: a value of the type must cast to itself, even where it is the stored value of another.
  const cast = (value: unknown): CastResult<string> => {
    const name = toStored.has(value as string) ? (value as string) : toName.get(value as Stored);
    return name === undefined ? failure : ok(name);
  };
  const dump = (value: string): Stored => toStored.get(value) ?? refuse(value, `a name of the enum (${info.names.join(", ")})`);
  const load = (value: Stored): string => toName.get(value) ?? refuse(value, "a stored value of the enum");
  const loadName = (value: unknown): string => (toStored.has(value as string) ? (value as string) : refuse(value, "a name of the enum"));
  return defineType<string>({
    name: "enum",
    storage: typeof info.stored[0] === "number" ? "integer" : "string",
    params: Object.freeze({ values: info.stored }),
    cast,
    dump,
    load,
    ...(embedAs === "dumped" && { embedAs: "dump" as const }),
    toJson: embedAs === "dumped" && !byName ? dump : null,
    fromJson: embedAs === "dumped" ? (value) => load(value as Stored) : loadName,
  });
}

function readSpec(values: EnumInput): EnumInfo {
  if (typeof values !== "object" || values === null)
    throw new ArgumentError("an enum takes a list of names, or an object from name to stored value");
  const names: readonly unknown[] = Array.isArray(values) ? values : Object.keys(values);
  const stored: readonly unknown[] = Array.isArray(values) ? values : Object.values(values);
  if (names.length === 0) throw new ArgumentError("an enum must have at least one value");
  if (!names.every((name) => typeof name === "string")) throw new ArgumentError("the names of an enum must be strings");
  if (!stored.every((one) => typeof one === "string") && !stored.every((one) => Number.isSafeInteger(one))) {
    throw new ArgumentError("the stored values of an enum must be all integers or all strings");
  }
  rejectDuplicates(names as string[], "name");
  rejectDuplicates(stored as Stored[], "stored value");
  return Object.freeze({ names: Object.freeze([...names] as string[]), stored: Object.freeze([...stored] as Stored[]) });
}

function rejectDuplicates(list: readonly Stored[], what: string): void {
  const twice = list.find((one, i) => list.indexOf(one) !== i);
  if (twice !== undefined) throw new ArgumentError(`the ${what} ${JSON.stringify(twice)} stands twice in the enum`);
}

/** The names of an enum, or of an array of one. Throws an ArgumentError for other types. Ecto.Enum.values/2. */
export function enumValues<T>(type: Type<T>): T[] {
  return [...infoOf(type).names] as T[];
}

/** The stored values of an enum. Throws an ArgumentError for other types. Ecto.Enum.dump_values/2. */
export function enumDumpValues(type: Type): (string | number)[] {
  return [...infoOf(type).stored];
}

/** The stored value of each name of an enum. Throws an ArgumentError for other types. Ecto.Enum.mappings/2. */
export function enumMappings(type: Type): Record<string, string | number> {
  const { names, stored } = infoOf(type);
  return Object.fromEntries(names.map((name, i) => [name, stored[i] as Stored]));
}

/** Casts one value to a name of an enum, or of an array of one. Throws an ArgumentError for other types. Ecto.Enum.cast_value/3. */
export function enumCast(type: Type, value: unknown): CastResult<string> {
  infoOf(type);
  return (known.has(type) ? type : (type.inner as Type)).cast(value) as CastResult<string>;
}

/** Makes a copy of an enum known as an enum, with the same values. */
export function sameEnum(type: Type, copy: Type): void {
  const info = known.get(type);
  if (info) known.set(copy, info);
}

function infoOf(type: Type): EnumInfo {
  const info = known.get(type) ?? (type?.inner && known.get(type.inner));
  if (info === undefined) throw new ArgumentError(`the type ${type?.name ?? String(type)} is not an enum, nor an array of one`);
  return info;
}

const OPTIONS = optionNames<EnumOptions>({ embedAs: true });
