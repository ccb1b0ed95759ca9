import { didYouMean, SchemaError } from "../base/index.ts";
import type { Type } from "../type/index.ts";
import type { Cardinality, Direction, ManyToManyOptions, OnDelete, OnReplace } from "./association.ts";
import type { AnySchema } from "./types.ts";

/** One field of a schema, as it was declared and worked out. */
export interface FieldInfo {
  readonly name: string;
  readonly column: string;
  readonly type: Type;
  readonly virtual: boolean;
  readonly primaryKey: boolean;
  readonly nullable: boolean;
  /** The value of a new struct; functions are called each time. */
  readonly default: unknown;
  /** Makes the value at insert where it is null; "database" where the database does and it is read back. */
  readonly autogenerate: "database" | (() => unknown) | null;
  /** Makes the value at every update that writes something: `updatedAt`. */
  readonly autoupdate: (() => unknown) | null;
  /** Fields of one group share one generated value, so that both timestamps of a row agree. */
  readonly autogenerateGroup: string | null;
  readonly readAfterWrites: boolean;
  readonly loadInQuery: boolean;
  readonly redact: boolean;
  /** JSON leaves it out unless it is asked for. */
  readonly hidden: boolean;
  readonly writable: "always" | "insert" | "never";
  readonly onWritableViolation: "nothing" | "warn" | "raise";
  readonly embed: EmbedInfo | null;
}

/** What is known of an embed. */
export interface EmbedInfo {
  readonly name: string;
  readonly cardinality: "one" | "many";
  readonly related: SchemaInfo;
  readonly onReplace: "raise" | "markAsInvalid" | "update" | "delete";
  readonly defaultsToStruct: boolean;
}

export type AssociationKind = "belongsTo" | "hasOne" | "hasMany" | "manyToMany" | "through";

/** The table between the two sides of a manyToMany. */
export interface JoinTable {
  readonly source: string;
  /** The schema of the join rows, where `joinThrough` is one. */
  readonly schema: SchemaInfo | null;
  readonly ownerColumns: readonly string[];
  readonly relatedColumns: readonly string[];
  /** As `joinKeys` names them: fields of the join schema, where there is one. */
  readonly ownerFields: readonly string[];
  readonly relatedFields: readonly string[];
  readonly where: Readonly<Record<string, unknown>>;
  readonly defaults: ManyToManyOptions["joinDefaults"];
  readonly onConflict: "raise" | "nothing";
}

/** What associations of all kinds have. */
interface AssociationBase {
  readonly name: string;
  readonly cardinality: Cardinality;
  readonly owner: SchemaInfo;
  /** The schema on the other side. */
  readonly related: SchemaInfo;
  /** The table of the other side: the schema's own, or the one that the association names. */
  readonly relatedSource: string;
  /** The fields of the owner that tie it to the other side. @throws SchemaError of one that goes through others: its steps have them */
  readonly ownerKeys: readonly string[];
  /** The fields of the related schema that tie it to the owner; for a manyToMany, those that the join table refers to. */
  readonly relatedKeys: readonly string[];
  readonly where: Readonly<Record<string, unknown>>;
  readonly defaults: unknown;
  /** The order that preloads ask for, as pairs of field and direction. */
  readonly preloadOrder: readonly (readonly [string, Direction])[];
  /** The order as a function of the related row and, for a manyToMany, of the join row. */
  readonly preloadOrderFn: ((row: unknown, join: unknown) => unknown) | null;
  readonly onReplace: OnReplace;
  readonly onDelete: OnDelete;
  readonly unique: boolean;
  /** An error that names the association. */
  error(message: string): SchemaError;
}
/** An association whose key lies in one of the two tables. */
export interface KeyedAssociation extends AssociationBase {
  readonly kind: "belongsTo" | "hasOne" | "hasMany";
  readonly through: null;
}
/** An association with a table in between. */
export interface JoinedAssociation extends AssociationBase {
  readonly kind: "manyToMany";
  readonly through: null;
  readonly join: JoinTable;
}
/** An association that is read through others. */
export interface ThroughAssociation extends AssociationBase {
  readonly kind: "through";
  readonly through: readonly string[];
}
/** An association as it was declared and worked out. */
export type AssociationInfo = KeyedAssociation | JoinedAssociation | ThroughAssociation;

/** Where a struct comes from and what became of it. Ecto's `__meta__`. */
export interface Meta {
  readonly schema: AnySchema;
  readonly source: string | null;
  readonly prefix: string | null;
  readonly state: "built" | "loaded" | "deleted";
  readonly context: unknown;
}

/** Everything that a schema declares, worked out once: `Movie.schema`. Ecto's `__schema__/1`. */
export class SchemaInfo {
  /** Unique in the process: part of every plan's key. */
  readonly id: number;
  /** The class. */
  readonly class: AnySchema;
  /** The class's name. */
  readonly name: string;
  /** The name that its options say, from which default keys are made; null where messages take the class's own. */
  readonly givenName: string | null;
  /** The table; null for an embedded schema. */
  readonly source: string | null;
  /** The prefix of its table; null for that of the query or the repo. */
  readonly prefix: string | null;
  /** What `context` of the options says; null without. */
  readonly context: unknown;
  /** Whether redacted fields show when a struct prints. */
  readonly inspectRedacted: boolean;
  /** The fields of the primary key. */
  readonly primaryKey: readonly string[];
  /** Fields with a column, in the order of their declaration. */
  readonly fields: readonly string[];
  /** The fields that are in no database. */
  readonly virtualFields: readonly string[];
  /** Fields that a query reads unless it says otherwise. */
  readonly queryFields: readonly string[];
  /** The names of its associations. */
  readonly associations: readonly string[];
  /** The names of its embeds. */
  readonly embeds: readonly string[];
  /** The fields that are never printed. */
  readonly redactFields: readonly string[];
  /** The fields that JSON leaves out. */
  readonly hiddenFields: readonly string[];
  /** The fields that are made at insert. */
  readonly autogenerateFields: readonly string[];
  /** The fields that are read back after a write. */
  readonly readAfterWrites: readonly string[];
  /** The fields that an insert may write. */
  readonly insertableFields: readonly string[];
  /** The fields that an update may write. */
  readonly updatableFields: readonly string[];
  /** The types of the fields, by name. */
  readonly types: Readonly<Record<string, Type>>;
  /** The columns of the fields, by name. */
  readonly columns: Readonly<Record<string, string>>;
  /** Makes an empty instance of the class without running a constructor. */
  readonly Row: new () => object;
  /** The meta of a struct that was loaded. */
  readonly loadedMeta: Meta;
  /** The meta of a struct that was built. */
  readonly builtMeta: Meta;
  readonly #fields: ReadonlyMap<string, FieldInfo>;
  readonly #relations: ReadonlyMap<string, AssociationInfo>;
  // Worked out at the first use: embeds may name schemas that are not defined yet.
  #sensitive: boolean | null = null;
  #secretColumns: readonly string[] | null = null;

  constructor(init: {
    cls: AnySchema;
    name: string;
    givenName: string | null;
    source: string | null;
    prefix: string | null;
    context: unknown;
    inspectRedacted: boolean;
    fields: ReadonlyMap<string, FieldInfo>;
    relations: (owner: SchemaInfo) => ReadonlyMap<string, AssociationInfo>;
  }) {
    this.id = nextId++;
    this.class = init.cls;
    this.name = init.name;
    this.givenName = init.givenName;
    this.source = init.source;
    this.prefix = init.prefix;
    this.context = init.context;
    this.inspectRedacted = init.inspectRedacted;
    this.#fields = init.fields;
    const all = [...init.fields.values()];
    const names = (keep: (field: FieldInfo) => unknown): readonly string[] => Object.freeze(all.filter(keep).map((field) => field.name));
    this.primaryKey = names((field) => field.primaryKey);
    this.fields = names((field) => !field.virtual);
    this.virtualFields = names((field) => field.virtual);
    this.queryFields = names((field) => !field.virtual && field.loadInQuery);
    this.embeds = names((field) => field.embed);
    this.redactFields = names((field) => field.redact);
    this.hiddenFields = names((field) => field.hidden);
    this.autogenerateFields = names((field) => field.autogenerate);
    this.readAfterWrites = names((field) => field.readAfterWrites);
    this.insertableFields = names((field) => !field.virtual && field.writable !== "never");
    this.updatableFields = names((field) => !field.virtual && field.writable === "always");
    this.types = Object.freeze(Object.fromEntries(all.map((field) => [field.name, field.type])));
    this.columns = Object.freeze(Object.fromEntries(all.filter((field) => !field.virtual).map((field) => [field.name, field.column])));
    const Row = function Row() {} as unknown as { new (): object; prototype: object };
    Row.prototype = init.cls.prototype;
    this.Row = Row;
    const meta = { schema: init.cls, source: init.source, prefix: init.prefix, context: init.context };
    this.loadedMeta = Object.freeze({ ...meta, state: "loaded" });
    this.builtMeta = Object.freeze({ ...meta, state: "built" });
    this.#relations = init.relations(this);
    this.associations = Object.freeze([...this.#relations.keys()]);
  }

  /** Whether a row holds what must not be shown: a redacted field, be it of an embed. */
  get sensitive(): boolean {
    this.#sensitive ??= holdsSecrets(this, new Set());
    return this.#sensitive;
  }

  /** How SQL may name the fields that must not be shown: by column or field. */
  get secretColumns(): readonly string[] {
    this.#secretColumns ??= [...this.#fields.values()].flatMap(({ type, column, name }) => (type.redact ? [column, name] : []));
    return this.#secretColumns;
  }

  /**
   * A field by its name, or undefined.
   * @example Movie.schema.field("title")?.column // => "title"
   * @see Ecto.Schema
   */
  field(name: string): FieldInfo | undefined {
    return this.#fields.get(name);
  }

  /**
   * All fields, virtual ones too.
   * @example [...Movie.schema.allFields()].length // => 13
   * @see Ecto.Schema
   */
  allFields(): Iterable<FieldInfo> {
    return this.#fields.values();
  }

  /**
   * An association by its name, or undefined.
   * @example Movie.schema.association("actors")?.kind // => "manyToMany"
   * @see Ecto.Schema
   */
  association(name: string): AssociationInfo | undefined {
    return this.#relations.get(name);
  }

  /**
   * An embed by its name, or undefined.
   * @example Movie.schema.embed("reviews")?.cardinality // => "many"
   * @see Ecto.Schema
   */
  embed(name: string): EmbedInfo | undefined {
    return this.#fields.get(name)?.embed ?? undefined;
  }

  /**
   * A field by its name.
   * @throws SchemaError where there is none
   * @example Movie.schema.fieldOrThrow("titel") // => throws SchemaError
   * @see Ecto.Schema
   */
  fieldOrThrow(name: string): FieldInfo {
    const field = this.#fields.get(name);
    if (field) return field;
    throw new SchemaError(`schema ${this.name} has no field "${name}". ${didYouMean(name, [...this.#fields.keys()])}`);
  }

  /**
   * An association by its name.
   * @throws SchemaError where there is none
   * @example Movie.schema.associationOrThrow("actors").kind // => "manyToMany"
   * @see Ecto.Schema
   */
  associationOrThrow(name: string): AssociationInfo {
    const association = this.#relations.get(name);
    if (association) return association;
    throw new SchemaError(`schema ${this.name} has no association "${name}". ${didYouMean(name, [...this.associations])}`);
  }
}

/** Embeds may lead back to where they come from. */
function holdsSecrets(info: SchemaInfo, seen: Set<SchemaInfo>): boolean {
  if (seen.has(info)) return false;
  seen.add(info);
  return [...info.allFields()].some(({ redact, embed }) => redact || (embed !== null && holdsSecrets(embed.related, seen)));
}

let nextId = 1;
