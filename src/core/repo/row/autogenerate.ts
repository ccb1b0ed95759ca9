import type { FieldInfo, SchemaInfo } from "../../schema/index.ts";

/** Fields that share one generated value, and what makes it. */
export interface Generator {
  readonly fields: readonly string[];
  readonly make: () => unknown;
}

/** What an insert generates, without what the database numbers. */
export function insertGenerators(info: SchemaInfo): readonly Generator[] {
  return generators(info, ({ autogenerate }) => (typeof autogenerate === "function" ? autogenerate : null));
}

/** What an update generates: `updatedAt`. */
export function updateGenerators(info: SchemaInfo): readonly Generator[] {
  return generators(info, ({ autoupdate }) => autoupdate);
}

function generators(info: SchemaInfo, makerOf: (field: FieldInfo) => (() => unknown) | null): readonly Generator[] {
  const groups = new Map<string, { fields: string[]; make: () => unknown }>();
  for (const field of info.allFields()) {
    const make = makerOf(field);
    if (make === null) continue;
    // A field's name holds no space, so that a lone field never meets a group.
    const key = field.autogenerateGroup === null ? field.name : `group ${field.autogenerateGroup}`;
    const group = groups.get(key);
    if (group) group.fields.push(field.name);
    else groups.set(key, { fields: [field.name], make });
  }
  return [...groups.values()];
}

/**
 * Puts generated values where the changes say nothing, into the changes and the struct; a null key counts as nothing.
 * @returns whether anything was generated
 */
export function generate(
  generators: readonly Generator[],
  info: SchemaInfo,
  changes: Record<string, unknown>,
  struct: Record<string, unknown>,
): boolean {
  let any = false;
  for (const { fields, make } of generators) {
    let value: unknown;
    let made = false;
    for (const name of fields) {
      if (Object.hasOwn(changes, name) && (changes[name] !== null || !info.primaryKey.includes(name))) continue;
      if (!made) {
        value = make();
        made = true;
      }
      changes[name] = value;
      struct[name] = value;
      any = true;
    }
  }
  return any;
}
