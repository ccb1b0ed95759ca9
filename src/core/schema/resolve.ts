// Works a schema out of its declaration: the reflection that all the rest reads.
import { checkOptions, didYouMean, print, SchemaError, snakeCase, optionNames } from "../base/index.ts";
import { redactedType, type Type, typeOf } from "../type/index.ts";
import type { Assoc, Cardinality } from "./association.ts";
import { type Declaration, declarationOf } from "./declaration.ts";
import { embedInfo, embedType } from "./embed.ts";
import { type Embed, type Field, type FieldOptions, isEmbed, isField } from "./field.ts";
import { type AssociationInfo, type FieldInfo, SchemaInfo } from "./info.ts";
import { belongsToKeys, defaultId, embeddedId, foreignKeyType, list, schemaName } from "./keys.ts";
import { notLoaded } from "./not-loaded.ts";
import { KEY_OPTIONS, associationInfo } from "./lazy-association.ts";
import type { AnySchema, SchemaOptions, TimestampsOptions } from "./types.ts";

const SCHEMA_OPTIONS = optionNames<SchemaOptions>({
  primaryKey: true,
  foreignKeyType: true,
  prefix: true,
  timestamps: true,
  columns: true,
  redact: true,
  hidden: true,
  inspectRedacted: true,
  onWritableViolation: true,
  name: true,
  context: true,
});
const WRITABLE = ["always", "insert", "never"];
const VIOLATIONS = ["nothing", "warn", "raise"];
const TIMESTAMP_OPTIONS = optionNames<TimestampsOptions>({ insertedAt: true, updatedAt: true, insertedAtSource: true, updatedAtSource: true, type: true, autogenerate: true, insertedAtWritable: true, insertedAtOnWritableViolation: true }); // biome-ignore format: a list of names

/** Works a declaration out into all that the library asks of a schema. */
export function resolve(cls: AnySchema, declaration: Declaration): SchemaInfo {
  const { definition, options, source } = declaration;
  const name = schemaName(cls, declaration);
  checkOptions(`schema ${typeof name === "string" ? name : ""}`, options, SCHEMA_OPTIONS, (message) => new SchemaError(message));
  const build = new Fields(name, declaration);
  build.addPrimaryKey();
  const associations = new Map<string, Assoc<Cardinality, string, unknown, unknown>>();
  for (const [key, entry] of Object.entries(definition)) {
    if (isField(entry)) build.add(key, entry);
    else if (isEmbed(entry)) build.addEmbed(key, entry);
    else if (typeof entry === "function") associations.set(key, build.addAssociation(key, entry));
    else
      throw new SchemaError(
        `schema ${name}: "${key}" is neither a field, an embed nor an association in a function: write field.string(), or () => hasMany(Other)`,
      );
  }
  build.addTimestamps();
  build.checkHidden();
  return new SchemaInfo({
    cls,
    name,
    givenName: options.name ?? null,
    source,
    prefix: options.prefix ?? null,
    context: options.context ?? null,
    inspectRedacted: options.inspectRedacted ?? false,
    fields: build.fields,
    relations: (owner) => relationsOf(owner, associations),
  });
}

function relationsOf(
  owner: SchemaInfo,
  declared: ReadonlyMap<string, Assoc<Cardinality, string, unknown, unknown>>,
): ReadonlyMap<string, AssociationInfo> {
  const relations = new Map<string, AssociationInfo>();
  for (const [name, assoc] of declared) {
    const relation = associationInfo(owner, name, assoc);
    const first = relation.through?.[0];
    if (first !== undefined && !declared.has(first))
      throw relation.error(`its first step "${first}" is not an association of ${owner.name}. ${didYouMean(first, [...declared.keys()])}`);
    relations.set(name, relation);
    // On the prototype, so that rows carry nothing for what is not loaded; writing it makes an own property.
    Object.defineProperty(owner.class.prototype, name, {
      value: notLoaded(owner.name, name),
      writable: true,
      configurable: true,
      enumerable: false,
    });
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
      if ("id" in definition) this.#checkOwnId(definition.id);
      else if (source === null) this.add("id", embeddedId, { primaryKey: true });
      else this.add("id", defaultId, { primaryKey: true });
      return;
    }
    if (typeof given !== "object" || given === null || Object.keys(given).length === 0)
      throw this.#error("id", "the option primaryKey is false or an object of fields such as { id: field.uuid({ autogenerate: true }) }");
    const entries = Object.entries(given);
    for (const [key, entry] of entries) {
      if (!isField(entry)) throw this.#error(key, "a primary key is made of fields");
      const alone = entries.length === 1;
      this.add(key, entry, { primaryKey: true, ...(alone ? {} : { autogenerate: (entry.options as FieldOptions).autogenerate ?? false }) });
    }
  }

  add(key: string, entry: Field<unknown, unknown>, more: FieldOptions = {}): void {
    const type = entry.typeIn({ field: key, schema: this.#name });
    this.#put(key, type, { ...(entry.options as FieldOptions), ...more });
  }

  #checkOwnId(entry: unknown): void {
    if (isField(entry) && (entry.options as FieldOptions).primaryKey === undefined) {
      throw this.#error(
        "id",
        "a field of this name takes the place of the primary key: say primaryKey: true, or give the schema the option primaryKey: false",
      );
    }
  }

  addEmbed(key: string, entry: Embed<"one" | "many", unknown>): void {
    const embed = embedInfo(this.#name, key, entry);
    const options = entry.options;
    this.#put(
      key,
      embedType(embed),
      {
        ...(options.source === undefined ? {} : { source: options.source }),
        loadInQuery: options.loadInQuery ?? true,
        redact: options.redact ?? false,
        ...(options.hidden === undefined ? {} : { hidden: options.hidden }),
      },
      embed,
    );
  }

  addAssociation(key: string, thunk: unknown): Assoc<Cardinality, string, unknown, unknown> {
    if (declarationOf(thunk)) throw this.#error(key, "a schema is no association: say which, in a function: () => belongsTo(Other)");
    let assoc: Assoc<Cardinality, string, unknown, unknown>;
    try {
      assoc = (thunk as () => Assoc<Cardinality, string, unknown, unknown>)();
    } catch (cause) {
      if (!(cause instanceof ReferenceError)) throw cause;
      throw new SchemaError(
        `schema ${this.#name}: the target of association "${key}" is not defined yet. Use the schemas after all their modules are loaded`,
        { cause },
      );
    }
    if (isEmbed(assoc)) {
      const call = `embeds${assoc.cardinality === "one" ? "One" : "Many"}`;
      throw this.#error(key, `an embed stands there itself, without a function around it: ${key}: ${call}(() => Other)`);
    }
    if (typeof assoc !== "object" || assoc === null || !("cardinality" in assoc))
      throw this.#error(key, "a function in a definition must return an association: () => hasMany(Other)");
    if (assoc.target === undefined && assoc.kind !== "through")
      throw this.#error(key, "the association's target is undefined; is its module part of an import circle?");
    if (assoc.kind === "belongsTo") this.#addForeignKeys(key, assoc);
    return assoc;
  }

  #addForeignKeys(key: string, assoc: Assoc<Cardinality, string, unknown, unknown>): void {
    const options = assoc.options as Record<string, unknown>;
    if (options.defineField === false) return;
    const keys = belongsToKeys(key, assoc.target, options);
    if (keys.length > 1 && options.foreignKey === undefined) {
      throw this.#error(
        key,
        `its target has the key of several fields; name a foreign key for each: foreignKey: [${keys.map((one) => `"${one}"`).join(", ")}]`,
      );
    }
    keys.forEach((foreignKey, at) => {
      if (foreignKey === key)
        throw this.#error(key, `the foreign key must have another name than the association; say foreignKey: "${key}Id"`);
      const type = foreignKeyType(this.#declaration, { target: assoc.target, options }, at);
      const own = KEY_OPTIONS.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]);
      this.#put(foreignKey, type, {
        autogenerate: false,
        ...Object.fromEntries(own),
        ...(options.column === undefined ? {} : { source: list(options.column)?.[at] as string }),
      });
    });
  }

  addTimestamps(): void {
    const given = this.#declaration.options.timestamps;
    if (given === undefined || given === false) return;
    if (given !== true && (typeof given !== "object" || given === null))
      throw this.#error("timestamps", "the option is true, false or an object of options");
    const options: TimestampsOptions = given === true ? {} : given;
    checkOptions(`schema ${this.#name}, "timestamps"`, options, TIMESTAMP_OPTIONS, (message) => new SchemaError(message));
    const type = timestampType(options.type ?? "utcDatetime");
    const now = options.autogenerate ?? (() => (type.autogenerate as () => unknown)());
    if (!options.autogenerate && !type.autogenerate)
      throw this.#error("timestamps", "the type cannot make the current time by itself; give autogenerate: () => …");
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
      this.#put(
        options.updatedAt ?? "updatedAt",
        type,
        { autogenerate: now, ...(options.updatedAtSource === undefined ? {} : { source: options.updatedAtSource }) },
        null,
        {
          group: common.group,
          autoupdate: now,
        },
      );
    }
  }

  checkHidden(): void {
    const { hidden } = this.#declaration.options;
    if (hidden === undefined) return;
    if (!Array.isArray(hidden)) throw this.#error("hidden", 'the option hidden is a list of fields, such as ["insertedAt"]');
    for (const name of hidden as readonly string[])
      if (!this.fields.has(name))
        throw this.#error("hidden", `there is no field ${JSON.stringify(name)}. ${didYouMean(name, [...this.fields.keys()])}`);
  }

  #put(
    key: string,
    type: Type,
    options: FieldOptions,
    embed: FieldInfo["embed"] = null,
    generated: { group: string | null; autoupdate: (() => unknown) | null } = { group: null, autoupdate: null },
  ): void {
    if (this.fields.has(key))
      throw this.#error(key, "is declared twice: rename one, or where it is the key of a belongsTo, give that defineField: false");
    const { options: schemaOptions } = this.#declaration;
    this.#checkOptions(key, options);
    const primaryKey = options.primaryKey ?? false;
    const virtual = options.virtual ?? false;
    if (type.storage === "any" && !virtual && this.#declaration.source !== null)
      throw this.#error(key, "a field of type any can only be virtual: the database has no such type");
    if (options.autogenerate && (options.writable ?? "always") !== "always" && generated.group === null)
      throw this.#error(key, "a field with autogenerate must be writable always");
    const redact = options.redact ?? (schemaOptions.redact === "allExceptPrimaryKeys" && !primaryKey);
    const info: FieldInfo = {
      name: key,
      column: options.source ?? this.#columnName(key, schemaOptions.columns),
      type: redact ? redactedType(type) : type,
      virtual,
      primaryKey,
      nullable: !(options.null === false || primaryKey),
      default: embed ? embedDefault(embed) : (options.default ?? null),
      autogenerate: this.#autogenerate(key, type, options, primaryKey),
      autoupdate: generated.autoupdate,
      autogenerateGroup: generated.group,
      readAfterWrites: options.readAfterWrites ?? false,
      loadInQuery: options.loadInQuery ?? true,
      redact,
      hidden: options.hidden ?? (redact || (schemaOptions.hidden?.includes(key) ?? false)),
      writable: options.writable ?? "always",
      onWritableViolation: options.onWritableViolation ?? schemaOptions.onWritableViolation ?? "nothing",
      embed,
    };
    this.#checkDefault(info, options);
    this.fields.set(key, Object.freeze(info));
  }

  #checkOptions(key: string, options: FieldOptions): void {
    const { writable, onWritableViolation, source, primaryKey, virtual, autogenerate, readAfterWrites } = options;
    if (writable !== undefined && !WRITABLE.includes(writable))
      throw this.#error(key, `writable is ${JSON.stringify(writable)}; it may be ${quoted(WRITABLE)}`);
    if (onWritableViolation !== undefined && !VIOLATIONS.includes(onWritableViolation)) {
      throw this.#error(key, `onWritableViolation is ${JSON.stringify(onWritableViolation)}; it may be ${quoted(VIOLATIONS)}`);
    }
    if (source !== undefined && (typeof source !== "string" || source === ""))
      throw this.#error(key, "source is the column's name, a text");
    if (primaryKey && virtual) throw this.#error(key, "a virtual field has no column, so it cannot be the primary key");
    if (autogenerate && readAfterWrites)
      throw this.#error(key, "autogenerate and readAfterWrites exclude each other: one value is made here, the other by the database");
  }

  #autogenerate(key: string, type: Type, options: FieldOptions, primaryKey: boolean): FieldInfo["autogenerate"] {
    if (options.autogenerate === false) return null;
    if (options.autogenerate === undefined) return type.name === "id" && primaryKey ? this.#databaseKey(key) : null;
    if (type.name === "id") {
      if (typeof options.autogenerate === "function")
        throw this.#error(key, "an id is numbered by the database; use field.integer() with a function of your own");
      if (!primaryKey)
        throw this.#error(
          key,
          "only a primary key can be an autogenerated id; use field.integer() with readAfterWrites for what the database fills in",
        );
      return this.#databaseKey(key);
    }
    if (typeof options.autogenerate === "function") return options.autogenerate;
    if (!type.autogenerate) throw this.#error(key, `type ${type.name} cannot make values by itself; give autogenerate: () => …`);
    return () => (type.autogenerate as () => unknown)();
  }

  #databaseKey(key: string): "database" {
    const other = [...this.fields.values()].find((field) => field.autogenerate === "database");
    if (other)
      throw this.#error(
        key,
        `the database numbers one field of a table, and "${other.name}" is it already; say autogenerate: false on one of them`,
      );
    return "database";
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

  #columnName(key: string, columns: SchemaOptions["columns"] = "snakeCase"): string {
    if (typeof columns === "function") return columns(key);
    if (columns === "asIs" || columns === "as-is") return key;
    if (columns === "snakeCase" || columns === "snake_case") return snakeCase(key);
    throw this.#error("columns", `the option is "snakeCase", "asIs" or a function of the field's name, not ${print(columns)}`);
  }

  #error(key: string, message: string, cause?: unknown): SchemaError {
    return new SchemaError(`schema ${this.#name}, "${key}": ${message}`, { cause });
  }
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(", ");
}

function timestampType(given: TimestampsOptions["type"]): Type {
  return isField(given) ? given.type : typeOf(given as string);
}

function embedDefault(embed: NonNullable<FieldInfo["embed"]>): unknown {
  if (embed.cardinality === "many") return () => [];
  return embed.defaultsToStruct ? () => (embed.related.class as unknown as { build(): unknown }).build() : null;
}
