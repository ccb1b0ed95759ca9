import { didYouMean, SchemaError, snakeCase } from "../base/index.ts";
import { type Type, typeOf, types } from "../type/index.ts";
import type { Assoc, Cardinality } from "./association.ts";
import { type Declaration, declarationOf } from "./declaration.ts";
import { embedInfo, embedType } from "./embed.ts";
import { type AnyField, type Embed, type Field, type FieldOptions, isEmbed, isField } from "./field.ts";
import { type AssociationInfo, type FieldInfo, SchemaInfo } from "./info.ts";
import { notLoaded } from "./not-loaded.ts";
import { belongsToKeys, Relation } from "./relation.ts";
import type { AnySchema, SchemaOptions, TimestampsOptions } from "./types.ts";

const SCHEMA_OPTIONS = ["primaryKey", "foreignKeyType", "prefix", "timestamps", "columns", "redact", "onWritableViolation", "name", "context"];
const FIELD_OPTIONS = [
  "null", "default", "source", "virtual", "primaryKey", "autogenerate", "readAfterWrites", "loadInQuery", "redact", "writable", "onWritableViolation", "skipDefaultValidation",
  "version", "precision", "usec", "as", "embedAs", "scale",
]; // biome-ignore format: a list of names

/** Works a declaration out into all that the library asks of a schema. */
export function resolve(cls: AnySchema, declaration: Declaration): SchemaInfo {
  const { definition, options, source } = declaration;
  const name = options.name ?? (cls as unknown as { name: string }).name;
  for (const option of Object.keys(options)) {
    if (!SCHEMA_OPTIONS.includes(option)) throw new SchemaError(`schema ${name}: unknown option "${option}". ${didYouMean(option, SCHEMA_OPTIONS)}`);
  }
  const build = new Fields(name, declaration);
  build.addPrimaryKey();
  const associations = new Map<string, Assoc<Cardinality, string, unknown, unknown>>();
  for (const [key, entry] of Object.entries(definition)) {
    if (isField(entry)) build.add(key, entry);
    else if (isEmbed(entry)) build.addEmbed(key, entry);
    else if (typeof entry === "function") associations.set(key, build.addAssociation(key, entry));
    else throw new SchemaError(`schema ${name}: "${key}" is neither a field, an embed nor an association in a function: write field.string(), or () => hasMany(Other)`);
  }
  build.addTimestamps();
  return new SchemaInfo({
    cls,
    name,
    source,
    prefix: options.prefix ?? null,
    context: options.context ?? null,
    fields: build.fields,
    relations: (owner) => relationsOf(owner, associations),
  });
}

function relationsOf(owner: SchemaInfo, declared: ReadonlyMap<string, Assoc<Cardinality, string, unknown, unknown>>): ReadonlyMap<string, AssociationInfo> {
  const relations = new Map<string, AssociationInfo>();
  for (const [name, assoc] of declared) {
    const relation = new Relation(owner, name, assoc);
    const first = relation.through?.[0];
    if (first !== undefined && !declared.has(first)) throw relation.error(`its first step "${first}" is not an association of ${owner.name}. ${didYouMean(first, [...declared.keys()])}`);
    relations.set(name, relation);
    // On the prototype, so that rows carry nothing for what is not loaded; writing it makes an own property.
    Object.defineProperty(owner.class.prototype, name, { value: notLoaded(owner.name, name), writable: true, configurable: true, enumerable: false });
  }
  return relations;
}

/** Gathers the fields of one schema in the order in which they print. */
class Fields {
  readonly fields = new Map<string, FieldInfo>();
  readonly #name: string;
  readonly #declaration: Declaration;

  constructor(name: string, declaration: Declaration) {
    this.#name = name;
    this.#declaration = declaration;
  }

  addPrimaryKey(): void {
    const { definition, options, source } = this.#declaration;
    const given = options.primaryKey;
    if (given === false) return;
    if (given === undefined) {
      if ("id" in definition) return;
      if (source === null) this.add("id", embeddedId, { primaryKey: true });
      else this.add("id", defaultId, { primaryKey: true });
      return;
    }
    if (typeof given !== "object" || given === null) throw this.#error("id", "the option primaryKey is false or an object of fields such as { id: field.uuid({ autogenerate: true }) }");
    const entries = Object.entries(given);
    for (const [key, entry] of entries) {
      if (!isField(entry)) throw this.#error(key, "a primary key is made of fields");
      const alone = entries.length === 1;
      this.add(key, entry, { primaryKey: true, ...(alone ? {} : { autogenerate: (entry.options as FieldOptions).autogenerate ?? false }) });
    }
  }

  add(key: string, entry: Field<unknown, unknown>, more: FieldOptions = {}): void {
    const options: FieldOptions = { ...(entry.options as FieldOptions), ...more };
    for (const option of Object.keys(options)) {
      if (!FIELD_OPTIONS.includes(option)) throw this.#error(key, `unknown option "${option}". ${didYouMean(option, FIELD_OPTIONS)}`);
    }
    this.#put(key, entry.type, options);
  }

  addEmbed(key: string, entry: Embed<"one" | "many", unknown>): void {
    const embed = embedInfo(this.#name, key, entry);
    const options = entry.options;
    this.#put(key, embedType(embed), { ...(options.source === undefined ? {} : { source: options.source }), loadInQuery: options.loadInQuery ?? true, redact: options.redact ?? false }, embed);
  }

  addAssociation(key: string, thunk: unknown): Assoc<Cardinality, string, unknown, unknown> {
    let assoc: Assoc<Cardinality, string, unknown, unknown>;
    try {
      assoc = (thunk as () => Assoc<Cardinality, string, unknown, unknown>)();
    } catch (cause) {
      if (!(cause instanceof ReferenceError)) throw cause;
      throw new SchemaError(`schema ${this.#name}: the target of association "${key}" is not defined yet. Use the schemas after all their modules are loaded`, { cause });
    }
    if (typeof assoc !== "object" || assoc === null || !("cardinality" in assoc)) throw this.#error(key, "a function in a definition must return an association: () => hasMany(Other)");
    if (assoc.target === undefined && assoc.kind !== "through") throw this.#error(key, "the association's target is undefined; is its module part of an import circle?");
    if (assoc.kind === "belongsTo") this.#addForeignKeys(key, assoc);
    return assoc;
  }

  #addForeignKeys(key: string, assoc: Assoc<Cardinality, string, unknown, unknown>): void {
    const options = assoc.options as Record<string, unknown>;
    if (options.defineField === false) return;
    const keys = belongsToKeys(key, options);
    const references = options.references === undefined ? null : [options.references].flat();
    keys.forEach((foreignKey, at) => {
      if (foreignKey === key) throw this.#error(key, `the foreign key must have another name than the association; say foreignKey: "${key}Id"`);
      const type = this.#foreignKeyType(options.type, assoc.target, (references?.[at] as string | undefined) ?? null, at);
      const { primaryKey, redact, writable } = options as FieldOptions;
      this.#put(foreignKey, type, {
        autogenerate: false,
        ...(options.null === undefined ? {} : { null: options.null as boolean }),
        ...(primaryKey === undefined ? {} : { primaryKey }),
        ...(redact === undefined ? {} : { redact }),
        ...(writable === undefined ? {} : { writable }),
        ...(options.column === undefined ? {} : { source: options.column as string }),
      });
    });
  }

  /** The type as said, else the house's, else that of the field which the key refers to. */
  #foreignKeyType(given: unknown, target: unknown, references: string | null, at: number): Type {
    const said = given ?? this.#declaration.options.foreignKeyType;
    if (said !== undefined) return isField(said) ? said.type : typeOf(said as string);
    return declaredKeyType(target, references, at) ?? types.id();
  }

  addTimestamps(): void {
    const given = this.#declaration.options.timestamps;
    if (given === undefined || given === false) return;
    const options: TimestampsOptions = given === true ? {} : given;
    const type = timestampType(options.type ?? "naiveDatetime");
    const now = options.autogenerate ?? (() => (type.autogenerate as () => unknown)());
    if (!options.autogenerate && !type.autogenerate) throw this.#error("timestamps", "the type cannot make the current time by itself; give autogenerate: () => …");
    const common = { source: undefined as string | undefined, writable: "always" as const, group: "timestamps" };
    if (options.insertedAt !== false) {
      this.#put(
        options.insertedAt ?? "insertedAt",
        type,
        {
          autogenerate: now,
          writable: options.insertedAtWritable ?? common.writable,
          ...(options.insertedAtSource === undefined ? {} : { source: options.insertedAtSource }),
          ...(options.insertedAtOnWritableViolation === undefined ? {} : { onWritableViolation: options.insertedAtOnWritableViolation }),
        },
        null,
        { group: common.group, autoupdate: null },
      );
    }
    if (options.updatedAt !== false) {
      this.#put(options.updatedAt ?? "updatedAt", type, { autogenerate: now, ...(options.updatedAtSource === undefined ? {} : { source: options.updatedAtSource }) }, null, {
        group: common.group,
        autoupdate: now,
      });
    }
  }

  #put(
    key: string,
    type: Type,
    options: FieldOptions,
    embed: FieldInfo["embed"] = null,
    generated: { group: string | null; autoupdate: (() => unknown) | null } = { group: null, autoupdate: null },
  ): void {
    if (this.fields.has(key)) throw this.#error(key, "is declared twice");
    const { options: schemaOptions } = this.#declaration;
    const primaryKey = options.primaryKey ?? false;
    const virtual = options.virtual ?? false;
    if (type.storage === "any" && !virtual && this.#declaration.source !== null) throw this.#error(key, "a field of type any can only be virtual: the database has no such type");
    if (options.autogenerate && (options.writable ?? "always") !== "always" && generated.group === null) throw this.#error(key, "a field with autogenerate must be writable always");
    const info: FieldInfo = {
      name: key,
      column: options.source ?? columnName(key, schemaOptions.columns),
      type,
      virtual,
      primaryKey,
      nullable: !(options.null === false || primaryKey),
      default: embed ? embedDefault(embed) : (options.default ?? null),
      autogenerate: this.#autogenerate(key, type, options, primaryKey),
      autoupdate: generated.autoupdate,
      autogenerateGroup: generated.group,
      readAfterWrites: options.readAfterWrites ?? false,
      loadInQuery: options.loadInQuery ?? true,
      redact: options.redact ?? (schemaOptions.redact === "allExceptPrimaryKeys" && !primaryKey),
      writable: options.writable ?? "always",
      onWritableViolation: options.onWritableViolation ?? schemaOptions.onWritableViolation ?? "nothing",
      embed,
    };
    this.#checkDefault(info, options);
    this.fields.set(key, Object.freeze(info));
  }

  #autogenerate(key: string, type: Type, options: FieldOptions, primaryKey: boolean): FieldInfo["autogenerate"] {
    if (options.autogenerate === false) return null;
    if (options.autogenerate === undefined) return type.name === "id" && primaryKey ? "database" : null;
    if (type.name === "id") {
      if (typeof options.autogenerate === "function") throw this.#error(key, "an id is numbered by the database; use field.integer() with a function of your own");
      if (options.readAfterWrites) throw this.#error(key, "an autogenerated id is read back anyway; leave readAfterWrites out");
      return "database";
    }
    if (typeof options.autogenerate === "function") return options.autogenerate;
    if (!type.autogenerate) throw this.#error(key, `type ${type.name} cannot make values by itself; give autogenerate: () => …`);
    return () => (type.autogenerate as () => unknown)();
  }

  #checkDefault(info: FieldInfo, options: FieldOptions): void {
    const value = info.default;
    if (value === null || typeof value === "function" || info.embed || info.virtual || options.skipDefaultValidation) return;
    try {
      info.type.dump(value);
    } catch (cause) {
      throw this.#error(info.name, `its default is not of type ${info.type.name}`, cause);
    }
  }

  #error(key: string, message: string, cause?: unknown): SchemaError {
    return new SchemaError(`schema ${this.#name}, "${key}": ${message}`, { cause });
  }
}

const defaultId: Field<unknown, unknown> = { kind: "field", type: types.id(), options: {} } as never;
const embeddedId: Field<unknown, unknown> = { kind: "field", type: types.uuid(), options: { autogenerate: true } } as never;

/** The type of a primary key as the target declares it, read without working the target out: schemas may refer to each other in circles. */
function declaredKeyType(target: unknown, references: string | null, at: number): Type | null {
  const declaration = declarationOf(target);
  if (!declaration) return null;
  const { definition, options } = declaration;
  const keys: Record<string, unknown> = options.primaryKey === false ? {} : ((options.primaryKey as Record<string, AnyField> | undefined) ?? { id: definition.id ?? defaultId });
  const entry = references === null ? Object.values(keys)[at] : (keys[references] ?? definition[references]);
  return isField(entry) ? entry.type : null;
}

function timestampType(given: TimestampsOptions["type"]): Type {
  if (isField(given)) return given.type;
  return typeOf(given as string);
}

function columnName(key: string, columns: SchemaOptions["columns"]): string {
  if (columns === "as-is") return key;
  return typeof columns === "function" ? columns(key) : snakeCase(key);
}

function embedDefault(embed: NonNullable<FieldInfo["embed"]>): unknown {
  if (embed.cardinality === "many") return () => [];
  return embed.defaultsToStruct ? () => (embed.related.class as unknown as { build(): unknown }).build() : null;
}
