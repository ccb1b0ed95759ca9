import { upperFirst } from "../base/index.ts";
import { type Type, types } from "../type/index.ts";
import type { Assoc, Cardinality } from "./association.ts";
import { type Declaration, declarationOf } from "./declaration.ts";
import { type Field, type FieldOptions, isField } from "./field.ts";

// Keys as they were declared, read without working a schema out: schemas may refer to each other in circles.

type Declared = Assoc<Cardinality, string, unknown, Record<string, unknown>>;

export const defaultId: Field<unknown, unknown> = {
  kind: "field",
  type: types.id(),
  typeIn: () => types.id(),
  options: {},
} as never;
export const embeddedId: Field<unknown, unknown> = {
  kind: "field",
  type: types.uuid(),
  typeIn: () => types.uuid(),
  options: { autogenerate: true },
} as never;

/** The names of the fields that a `belongsTo` adds or uses. */
export function belongsToKeys(name: string, target: unknown, options: Readonly<Record<string, unknown>>): readonly string[] {
  const given = list(options.foreignKey);
  if (given) return given;
  const references = list(options.references) ?? declaredKeys(target);
  return references.length > 1 ? references.map((key) => name + upperFirst(key)) : [`${name}Id`];
}

/** An option that is a name or a list of names. */
export function list(value: unknown): readonly string[] | undefined {
  return value === undefined ? undefined : typeof value === "string" ? [value] : (value as readonly string[]);
}

/** The names of a schema's primary key. */
export function declaredKeys(target: unknown): readonly string[] {
  const declaration = declarationOf(target);
  if (!declaration) return ["id"];
  const names = Object.keys(optionKeys(declaration));
  for (const [name, entry] of Object.entries(declaration.definition)) {
    if (isField(entry) && (entry.options as FieldOptions).primaryKey && !names.includes(name)) names.push(name);
    const association = belongsToOf(entry);
    if (association?.options.primaryKey && association.options.defineField !== false)
      names.push(...belongsToKeys(name, association.target, association.options));
  }
  return names;
}

/** The type of a schema's field, where its declaration tells it; a foreign key has that of the key it refers to. */
function declaredType(target: unknown, name: string, depth = 0): Type | null {
  const declaration = declarationOf(target);
  // A key that refers to a key that refers to itself has no type of its own.
  if (!declaration || depth > 20) return null;
  const entry = optionKeys(declaration)[name] ?? declaration.definition[name];
  if (isField(entry)) return entry.typeIn({ field: name, schema: schemaName(target, declaration) });
  for (const [association, declared] of belongsTos(target)) {
    if (declared.options.defineField === false) continue;
    const at = belongsToKeys(association, declared.target, declared.options).indexOf(name);
    if (at >= 0) return foreignKeyType(declaration, declared, at, depth + 1);
  }
  return null;
}

/** The type of the foreign key at a position: as said, else the house's, else that of the field which it refers to. */
export function foreignKeyType(
  { options, source }: Declaration,
  { target, options: own }: Pick<Declared, "target" | "options">,
  at: number,
  depth = 0,
): Type {
  const said = own.type ?? options.foreignKeyType;
  if (said !== undefined) return (said as Field<unknown>).typeIn({ schema: options.name ?? source ?? "" });
  const key = (list(own.references) ?? declaredKeys(target))[at];
  return (key === undefined ? null : declaredType(target, key, depth)) ?? types.id();
}

export function schemaName(cls: unknown, { options }: Declaration): string {
  return options.name ?? (cls as { name: string }).name;
}

function optionKeys({ source, options, definition }: Declaration): Readonly<Record<string, unknown>> {
  if (options.primaryKey === false) return {};
  if (options.primaryKey !== undefined) return options.primaryKey;
  return "id" in definition ? {} : { id: source === null ? embeddedId : defaultId };
}

/** The `belongsTo`s that a schema declares, by name. */
export function belongsTos(target: unknown): readonly (readonly [name: string, declared: Declared])[] {
  return Object.entries(declarationOf(target)?.definition ?? {}).flatMap(([name, entry]) => {
    const declared = belongsToOf(entry);
    return declared ? [[name, declared] as const] : [];
  });
}

function belongsToOf(entry: unknown): Declared | null {
  if (typeof entry !== "function") return null;
  try {
    const made = (entry as () => unknown)() as Declared | undefined;
    return made?.kind === "belongsTo" ? made : null;
  } catch {
    // What is wrong with a declaration is told when its own schema is worked out.
    return null;
  }
}
