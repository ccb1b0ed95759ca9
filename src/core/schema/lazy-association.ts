// Associations as they are declared: `belongsTo`, `hasOne`, `hasMany`, `manyToMany`. They are worked out once all schemas are there.
import { checkOptions, didYouMean, inCamelCase, SchemaError, snakeCase, optionNames } from "../base/index.ts";
import type {
  Assoc,
  AssocOptions,
  BelongsToOptions,
  Cardinality,
  Direction,
  HasOptions,
  ManyToManyOptions,
  OnDelete,
  OnReplace,
  ThroughAssoc,
} from "./association.ts";
import { type KeyPairs, type KeyQuestion, keyBetween, keyByName } from "./default-keys.ts";
import { checkedFilter } from "./filter.ts";
import type { AssociationInfo, JoinTable, AssociationKind, SchemaInfo } from "./info.ts";
import { belongsToKeys, list } from "./keys.ts";
import { infoOf } from "./registry.ts";

const ALLOWED_ON_REPLACE: Record<AssociationKind, readonly OnReplace[]> = {
  hasMany: ["raise", "markAsInvalid", "nilify", "delete", "deleteIfExists"],
  hasOne: ["raise", "markAsInvalid", "nilify", "update", "delete", "deleteIfExists"],
  belongsTo: ["raise", "markAsInvalid", "nilify", "update", "delete", "deleteIfExists"],
  manyToMany: ["raise", "markAsInvalid", "delete"],
  through: ["raise"],
};
const ALLOWED_ON_DELETE: Record<AssociationKind, readonly OnDelete[]> = {
  hasMany: ["nothing", "nilifyAll", "deleteAll"],
  hasOne: ["nothing", "nilifyAll", "deleteAll"],
  belongsTo: ["nothing"],
  manyToMany: ["nothing", "deleteAll"],
  through: ["nothing"],
};
/** Options of a belongsTo that are those of its key's field. */
export const KEY_OPTIONS = [
  "null", "primaryKey", "default", "autogenerate", "readAfterWrites", "loadInQuery", "redact", "hidden", "writable", "onWritableViolation",
] as const satisfies readonly (keyof BelongsToOptions)[]; // biome-ignore format: a list of names
const OPTIONS: Record<AssociationKind, readonly string[]> = (() => {
  type Keys = "foreignKey" | "references";
  const keys = optionNames<Pick<AssocOptions, Keys>>({ foreignKey: true, references: true });
  const common = optionNames<Omit<AssocOptions, Keys>>({ where: true, defaults: true, preloadOrder: true, onReplace: true, source: true });
  const has = [...keys, ...common, ...optionNames<Omit<HasOptions, keyof AssocOptions>>({ onDelete: true })];
  const key = optionNames<Omit<BelongsToOptions, keyof AssocOptions | (typeof KEY_OPTIONS)[number]>>({
    defineField: true,
    type: true,
    column: true,
  });
  const join = optionNames<Omit<ManyToManyOptions, keyof AssocOptions>>({
    joinThrough: true,
    joinKeys: true,
    joinWhere: true,
    joinDefaults: true,
    unique: true,
    onDelete: true,
    onJoinThroughConflict: true,
  });
  return {
    hasMany: has,
    hasOne: has,
    belongsTo: [...keys, ...common, ...key, ...KEY_OPTIONS],
    manyToMany: [...common, ...join],
    through: optionNames<ThroughAssoc<Cardinality, unknown>["options"]>({ through: true }),
  };
})();

/** An association as it was declared and worked out; what lies on the other side is worked out at the first use, since schemas may refer to each other in circles. */
class LazyAssociation {
  readonly name: string;
  readonly kind: AssociationKind;
  readonly cardinality: Cardinality;
  readonly owner: SchemaInfo;
  readonly defaults: unknown;
  readonly onReplace: OnReplace;
  readonly onDelete: OnDelete;
  readonly unique: boolean;
  /** The steps of a through association; null for all others. */
  readonly through: readonly string[] | null;
  readonly #declared: Assoc<Cardinality, string, unknown, Record<string, unknown>>;
  #related: SchemaInfo | undefined;
  #keys: { owner: readonly string[]; related: readonly string[] } | undefined;
  #join: JoinTable | undefined;
  #where: Readonly<Record<string, unknown>> | undefined;
  #order: readonly (readonly [string, Direction])[] | undefined;

  constructor(owner: SchemaInfo, name: string, declared: Assoc<Cardinality, string, unknown, unknown>) {
    const options = declared.options as Record<string, unknown>;
    this.owner = owner;
    this.name = name;
    this.kind = declared.kind as AssociationKind;
    this.cardinality = declared.cardinality;
    this.#declared = declared as Assoc<Cardinality, string, unknown, Record<string, unknown>>;
    const where = `${this.kind} "${name}" of schema ${owner.name}`;
    checkOptions(where, options, OPTIONS[this.kind], (message) => new SchemaError(message));
    this.#plainObject("where");
    this.defaults = this.#defaults("defaults");
    this.#defaults("joinDefaults");
    this.#plainObject("joinWhere");
    this.onReplace = this.#oneOf("onReplace", ALLOWED_ON_REPLACE[this.kind], "raise");
    this.onDelete = this.#oneOf("onDelete", ALLOWED_ON_DELETE[this.kind], "nothing");
    this.unique = options.unique === true;
    this.through = (options.through as readonly string[] | undefined) ?? null;
    if (this.kind === "manyToMany" && typeof options.joinThrough !== "string" && typeof options.joinThrough !== "function") {
      throw this.error("joinThrough must be the join table's name or the join rows' schema");
    }
    if (this.through && !(Array.isArray(this.through) && this.through.length >= 2))
      throw this.error("a through association needs a list of at least two steps");
    if (options.source !== undefined && (typeof options.source !== "string" || options.source === ""))
      throw this.error("source is the table's name, a text");
    if (this.kind === "manyToMany") {
      this.#oneOf("onJoinThroughConflict", ["raise", "nothing"], "raise");
      if (options.joinDefaults !== undefined && typeof options.joinThrough === "string")
        throw this.error("joinDefaults needs a join schema; joinThrough is a table name");
      this.#checkJoinKeys(options.joinKeys);
    }
  }

  /** The schema on the other side. */
  get related(): SchemaInfo {
    if (this.#related) return this.#related;
    if (this.through) {
      let at = this.owner;
      for (const step of this.through) {
        const next = at.association(step);
        if (!next)
          throw this.error(
            `its step "${step}" is none: schema ${at.name} has no association "${step}". ${didYouMean(step, [...at.associations])}`,
          );
        at = next.related;
      }
      this.#related = at;
      return at;
    }
    const info = infoOf(this.#declared.target);
    if (!info) throw this.error("its target is not a schema class");
    if (info.source === null && this.kind !== "through")
      throw this.error(`its target ${info.name} is an embedded schema, which has no table`);
    this.#related = info;
    return info;
  }

  /** The static filter of its rows, its values cast. */
  get where(): Readonly<Record<string, unknown>> {
    this.#where ??= this.#filter("where", this.through ? null : this.related);
    return this.#where;
  }

  /** The table of the other side: the schema's own, or the one that the association names. */
  get relatedSource(): string {
    return (this.#declared.options.source as string | undefined) ?? (this.related.source as string);
  }

  /** The fields of the owner that tie it to the other side. */
  get ownerKeys(): readonly string[] {
    return this.#resolveKeys().owner;
  }

  /** The fields of the related schema that tie it to the owner; for a manyToMany, those that the join table refers to. */
  get relatedKeys(): readonly string[] {
    return this.#resolveKeys().related;
  }

  /** The table in between; throws for other kinds. */
  get join(): JoinTable {
    this.#join ??= this.#resolveJoin();
    return this.#join;
  }

  /** The order that preloads ask for, as pairs of field and direction. */
  get preloadOrder(): readonly (readonly [string, Direction])[] {
    this.#order ??= this.#resolveOrder();
    return this.#order;
  }

  get preloadOrderFn(): AssociationInfo["preloadOrderFn"] {
    const given = this.#declared.options.preloadOrder;
    return typeof given === "function" ? (given as AssociationInfo["preloadOrderFn"]) : null;
  }

  error(message: string): SchemaError {
    return new SchemaError(`${this.kind} "${this.name}" of schema ${this.owner.name}: ${message}`);
  }

  #resolveKeys() {
    if (this.#keys) return this.#keys;
    const { kind, owner } = this;
    if (kind === "through") throw this.error("a through association has no keys of its own; go through its steps");
    const options = this.#declared.options;
    const references = list(options.references);
    let keys: { owner: readonly string[]; related: readonly string[] };
    if (kind === "belongsTo") {
      const related = references ?? this.#primaryKeyOf(this.related);
      keys = { owner: belongsToKeys(this.name, this.#declared.target, options), related };
    } else if (kind === "manyToMany") {
      const [ownerPairs, relatedPairs] = this.#joinPairs();
      keys = { owner: ownerPairs.map((pair) => pair[1]), related: relatedPairs.map((pair) => pair[1]) };
    } else {
      keys = this.#hasKeys(references, list(options.foreignKey));
    }
    if (kind !== "manyToMany" && keys.owner.length !== keys.related.length)
      throw this.error(`foreignKey and references must have the same number of fields`);
    this.#checkKeys(owner, keys.owner, kind === "belongsTo" ? "foreignKey" : "references");
    this.#checkKeys(this.related, keys.related, kind === "belongsTo" ? "references" : "foreignKey");
    this.#keys = keys;
    return keys;
  }

  #hasKeys(references: readonly string[] | undefined, foreignKey: readonly string[] | undefined) {
    if (foreignKey) return { owner: references ?? this.#primaryKeyOf(this.owner), related: foreignKey };
    const pairs = keyBetween(this.related, this.owner, this.#question("foreignKey", references));
    const owner = references ?? pairs.map(([, key]) => key);
    return { owner, related: owner.map((key) => pairs.find((pair) => pair[1] === key)?.[0] as string) };
  }

  #question(option: string, references?: readonly string[]): KeyQuestion {
    return {
      references,
      primaryKeyOf: (schema) => this.#primaryKeyOf(schema),
      error: (message) => this.error(message),
      option: (fields) =>
        option === "joinKeys"
          ? 'the option joinKeys, two pairs, the owner\'s first: { movieId: "id", actorId: "id" }'
          : `the option ${option}: ${fields.length === 1 ? `"${fields[0]}"` : `[${fields.map((field) => `"${field}"`).join(", ")}]`}`,
    };
  }

  #checkKeys(schema: SchemaInfo, keys: readonly string[], option: string): void {
    for (const key of keys) {
      if (schema.field(key)) continue;
      throw this.error(`schema ${schema.name} has no field "${key}". Declare it, or name another with the option ${option}: "…"`);
    }
  }

  #primaryKeyOf(schema: SchemaInfo): readonly string[] {
    if (schema.primaryKey.length > 0) return schema.primaryKey;
    throw this.error(`schema ${schema.name} has no primary key; say with the option references which field the key refers to`);
  }

  /** Pairs of join key and the field that it refers to, the owner's first. */
  #joinPairs(): readonly [KeyPairs, KeyPairs] {
    const given = this.#declared.options.joinKeys as ManyToManyOptions["joinKeys"];
    if (Array.isArray(given)) return [Object.entries(given[0] as object), Object.entries(given[1] as object)];
    if (given !== undefined) {
      const pairs = Object.entries(given as Record<string, string>);
      return [[pairs[0] as [string, string]], [pairs[1] as [string, string]]];
    }
    const through = infoOf(this.#declared.options.joinThrough);
    const question = this.#question("joinKeys");
    const pairsTo = (side: SchemaInfo) => (through ? keyBetween(through, side, question) : keyByName(side, question));
    const [ownerPairs, relatedPairs] = [pairsTo(this.owner), pairsTo(this.related)];
    const shared = ownerPairs.find(([field]) => relatedPairs.some(([other]) => other === field));
    if (shared) throw this.error(`both sides would have the join key "${shared[0]}": name them with ${question.option([])}`);
    return [ownerPairs, relatedPairs];
  }

  #checkJoinKeys(given: unknown): void {
    const isPairs = (value: unknown, count: number) =>
      typeof value === "object" &&
      value !== null &&
      Object.values(value).every((one) => typeof one === "string") &&
      (count === 0 ? Object.keys(value).length > 0 : Object.keys(value).length === count);
    if (given === undefined || (Array.isArray(given) ? given.length === 2 && given.every((one) => isPairs(one, 0)) : isPairs(given, 2)))
      return;
    throw this.error(
      'joinKeys takes two pairs, the owner\'s first: { movieId: "id", actorId: "id" }; for composite keys two objects of pairs',
    );
  }

  #defaults(option: string): unknown {
    const value = this.#declared.options[option] ?? null;
    if (value === null || typeof value === "function" || (typeof value === "object" && !Array.isArray(value))) return value;
    throw this.error(`${option} must be an object such as { kind: "lead" }, or a function of the struct and its owner`);
  }

  #resolveJoin(): JoinTable {
    if (this.kind !== "manyToMany") throw this.error("only a manyToMany has a join table");
    const options = this.#declared.options;
    const schema = typeof options.joinThrough === "string" ? null : infoOf(options.joinThrough);
    if (!schema && typeof options.joinThrough !== "string") throw this.error("joinThrough is not a schema class");
    const [ownerPairs, relatedPairs] = this.#joinPairs();
    if (schema)
      this.#checkKeys(
        schema,
        [...ownerPairs, ...relatedPairs].map(([key]) => key),
        "joinKeys",
      );
    const column = (key: string) => (schema ? schema.fieldOrThrow(key).column : snakeCase(key));
    const ownerFields = ownerPairs.map((pair) => pair[0]);
    const relatedFields = relatedPairs.map((pair) => pair[0]);
    return {
      source: schema ? (schema.source as string) : (options.joinThrough as string),
      schema,
      ownerColumns: ownerFields.map(column),
      relatedColumns: relatedFields.map(column),
      ownerFields,
      relatedFields,
      where: this.#filter("joinWhere", schema),
      defaults: options.joinDefaults as JoinTable["defaults"],
      onConflict: this.#oneOf("onJoinThroughConflict", ["raise", "nothing"], "raise"),
    };
  }

  #resolveOrder(): readonly (readonly [string, Direction])[] {
    const given = this.#declared.options.preloadOrder;
    if (given === undefined || typeof given === "function") return [];
    const pairs = (Array.isArray(given) ? given : [given]).flatMap((one: unknown): [string, Direction][] =>
      typeof one === "string" ? [[one, "asc"]] : (Object.entries(one as object) as [string, Direction][]),
    );
    for (const [name] of pairs) {
      this.#checkKeys(this.related, [name], "preloadOrder");
    }
    return pairs.map(([name, given]) => {
      const direction = inCamelCase(given, DIRECTIONS);
      if (direction === undefined) throw this.error(`preloadOrder has the direction "${given}". ${didYouMean(given, DIRECTIONS)}`);
      return [name, direction];
    });
  }

  #filter(option: string, schema: SchemaInfo | null): Readonly<Record<string, unknown>> {
    return checkedFilter(this.#plainObject(option), schema, option, (message) => this.error(message));
  }

  #plainObject(option: string): Readonly<Record<string, unknown>> {
    const value = this.#declared.options[option];
    if (value === undefined) return {};
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw this.error(`${option} must be an object such as { kind: "lead" }`);
    return value as Record<string, unknown>;
  }

  #oneOf<T extends string>(option: string, allowed: readonly T[], otherwise: T): T {
    const value = this.#declared.options[option] ?? otherwise;
    if (!allowed.includes(value as T))
      throw this.error(`${option} is ${JSON.stringify(value)}; it may be ${allowed.map((one) => `"${one}"`).join(", ")}`);
    return value as T;
  }
}

/** An association of a definition. What it says of its kind, and has for it, was checked where it was declared. */
export function associationInfo(owner: SchemaInfo, name: string, declared: Assoc<Cardinality, string, unknown, unknown>): AssociationInfo {
  return new LazyAssociation(owner, name, declared) as AssociationInfo;
}

const DIRECTIONS: readonly Direction[] = ["asc", "desc", "ascNullsFirst", "ascNullsLast", "descNullsFirst", "descNullsLast"];
