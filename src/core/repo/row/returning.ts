import { ArgumentError, didYouMean } from "../../base/index.ts";
import type { FieldInfo, SchemaInfo } from "../../schema/index.ts";
import { type Engine, LoadError } from "../engine/index.ts";

/** The option `returning`; "none" where the struct is not needed afterwards. */
export type WriteReturning = boolean | readonly string[] | "none" | undefined;

/** Tells the option apart in the keys of plans. */
export function returningKey(returning: WriteReturning): string {
  if (returning === undefined || returning === false) return "";
  if (returning !== true && returning !== "none" && !(Array.isArray(returning) && returning.every((name) => typeof name === "string")))
    throw new ArgumentError("the option returning is true, false or a list of at least one field");
  return Array.isArray(returning) ? `<${returning.map((name) => `${name.length}:${name}`).join("")}` : `<${returning}`;
}

/** The fields that are read back: those asked for, those that the database fills in, and the key that it numbered. */
export function fieldsReadBack(info: SchemaInfo, returning: WriteReturning, key: FieldInfo | null): readonly FieldInfo[] {
  const names = new Set(returning === undefined || returning === "none" ? [] : returningFields(info, returning));
  for (const name of info.readAfterWrites) names.add(name);
  if (key) names.add(key.name);
  return info.fields.filter((name) => names.has(name)).map((name) => info.fieldOrThrow(name));
}

/** The fields of the option `returning`. @throws ArgumentError for an empty list or an unknown field */
export function returningFields(info: SchemaInfo, returning: boolean | readonly string[]): readonly string[] {
  if (typeof returning === "boolean") return returning ? info.fields : [];
  if (!Array.isArray(returning) || returning.length === 0)
    throw new ArgumentError("the option returning is true, false or a list of at least one field");
  for (const name of returning) {
    if (!info.fields.includes(name))
      throw new ArgumentError(`returning: ${info.name} has no field "${name}" in the database. ${didYouMean(name, info.fields)}`);
  }
  return returning;
}

/** Puts what the database answered into the struct. */
export function readBack(
  engine: Engine,
  info: SchemaInfo,
  returning: readonly FieldInfo[],
  row: readonly unknown[] | undefined,
  struct: Record<string, unknown>,
): void {
  if (row === undefined) return;
  for (const [at, field] of returning.entries()) {
    const value = row[at] ?? null;
    const load = engine.plans.loaderOf(field.type);
    try {
      struct[field.name] = load === null || (value === null && !field.type.handlesNull) ? value : load(value as never);
    } catch (error) {
      throw new LoadError(
        `cannot load "${field.name}" of ${info.name} as ${field.type.name}: ${error instanceof Error ? error.message : String(error)}`,
        { cause: error, field: field.name, schema: info.name, type: field.type.name },
      );
    }
  }
}
