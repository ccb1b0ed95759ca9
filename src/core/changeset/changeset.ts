import { checkOptions, type Doc, err, INSPECT, ok, PRINT, renderDoc, type Result } from "../base/index.ts";
import type { AnySchema, AnyStruct, AssocName, Built, CardinalityOf, FIELDS, InstanceOf, LoadedName, TargetOf } from "../schema/index.ts";
import { applyAction, applyActionOrThrow, applyChanges } from "./apply.ts";
import { checkName, MESSAGE } from "./arguments.ts";
import { type CastOptions, castParams } from "./cast.ts";
import * as constraints from "./constraints.ts";
import * as edit from "./edit.ts";
import { traverseErrors, traverseValidations } from "./errors.ts";
import { merge } from "./merge.ts";
import type { Params } from "./params.ts";
import { changesetDoc, shownErrors } from "./print.ts";
import * as read from "./read.ts";
import type { ChangesetError, MessageOption, MessageOptions, Validation } from "./records.ts";
import { castRelation } from "./relations/cast.ts";
import { putChange, putChanges, putRelation, toChangeset } from "./relations/put.ts";
import { standardSchemaOf, type StandardSchema, type SyncStandardSchema, validateWith, validateWithAsync } from "./standard-schema.ts";
import { ChangesetState, installClass, type PrepareFunction } from "./state.ts";
import type * as T from "./types.ts";
import * as content from "./validations/content.ts";
import { type Complaint, validateChange } from "./validations/custom.ts";
import { type LengthOptions, validateLength } from "./validations/length.ts";
import { type NumberOptions, validateNumber } from "./validations/number.ts";
import { type ConfirmationOptions, validateAcceptance, validateConfirmation } from "./validations/params.ts";
import { fieldMissing, validateRequired } from "./validations/required.ts";
import { type UniqueChecker, type UnsafeUniqueOptions, unsafeValidateUnique } from "./validations/unique.ts";

/** What stands in `changes` for a field: its value, or the changesets of an embed. */
type Change<V> = V extends readonly (infer E)[] ? (E extends AnyStruct ? Changeset<E>[] : V) : V extends AnyStruct ? Changeset<V> : V;
/** The changesets of an association. */
type RelatedChangesets<C, S> = S extends AnyStruct ? (C extends "many" ? Changeset<S>[] : Changeset<S> | null) : never;
/** The changeset of one entry of an association. */
type EntryChange<S> = S extends AnyStruct ? Changeset<S> : never;
/** The changes by field; of relations the nested changesets. */
export type Changes<S extends AnyStruct> = { readonly [K in T.FieldKey<S>]?: Change<T.ValueOf<S, K>> } & {
  readonly [K in AssocName<S>]?: RelatedChangesets<CardinalityOf<S, K>, TargetOf<S, K>>;
};

/** The options of `castAssoc` and `castEmbed`. */
export interface NestedCastOptions<Target> {
  /** Casts one entry; the related schema's own static `changeset` unless said otherwise. The position is that among the entries of a list. */
  with?(struct: Target | Built<Target>, params: Params, position: number): T.SomeChangeset;
  /** No entry at all is an error. */
  readonly required?: boolean;
  readonly requiredMessage?: MessageOption;
  readonly invalidMessage?: MessageOption;
  /** `false`: a change of entries alone does not update the row itself, with its `updatedAt`. */
  readonly forceUpdateOnChange?: boolean;
  /** The param that lists the indexes of the entries in their new order. */
  readonly sortParam?: string;
  /** The param that lists the indexes of the entries to leave out. */
  readonly dropParam?: string;
}

/**
 * Changes of a struct, not written yet: cast, validated, and tied to the constraints of the database.
 * It is immutable: every method returns a new one. `S` is the data; `P` names the associations that are loaded once it is written.
 * @see Ecto.Changeset
 */
export class Changeset<S extends AnyStruct, P extends string = never> extends ChangesetState {
  declare readonly data: S;
  declare readonly changes: Changes<S>;
  declare readonly errors: readonly ChangesetError<T.AnyKey<S>>[];
  /** Keeps `P` in the type: a changeset that loads more is one that loads less, and never the other way round. */
  declare readonly loads?: (names: P) => void;

  // ---- changes

  /**
   * Casts more params into changes.
   * @param params a plain object or a form; unknown keys are ignored
   * @param permitted the fields that may be changed
   * @returns the changeset, with an error "is invalid" for each value that is not of its field's type
   * @throws ArgumentError for a name that is no field
   * @throws CastError for params that are no object
   * @example changeset.cast({ title: "Bright", year: "x" }, ["title", "year"]).changes // => { title: "Bright" }
   * @see Ecto.Changeset.cast/4
   */
  cast(params: Params, permitted: readonly T.FieldKey<S>[], options: CastOptions = {}): Changeset<S, P> {
    return castParams(this, params, permitted, options);
  }

  /**
   * Puts several changes that need no cast.
   * @throws ArgumentError for an unknown name
   * @example changeset.change({ title: "Bright", year: 2018 }).changes // => { title: "Bright" }
   * @see Ecto.Changeset.change/2
   */
  change<M extends AnyStruct, K = never>(
    this: T.PreloadedOrBuilt<NoInfer<K> & AssocName<M>> & T.Upon<M>,
    changes: T.ChangeInput<M, K>,
  ): Changeset<S, P | NoInfer<K & AssocName<M>>>;
  change(changes: object): ChangesetState {
    return putChanges(this, changes);
  }

  /**
   * Puts a change that needs no cast; one that equals the data is none, and takes an earlier one away.
   * @throws ArgumentError for an unknown name
   * @example changeset.putChange("title", "Bright").changes // => { title: "Bright" }
   * @see Ecto.Changeset.put_change/3
   */
  putChange<M extends AnyStruct, K extends T.FieldKey<M>>(this: T.Upon<M>, name: K, value: T.RowValue<M, K>): Changeset<S, P>;
  putChange(name: string, value: unknown): Changeset<S, P> {
    return putChange(this, name, value);
  }

  /**
   * Puts a change even where it equals the data.
   * @throws ArgumentError for an unknown name, or a relation
   * @example changeset.forceChange("year", 2018).changes // => { year: 2018 }
   * @see Ecto.Changeset.force_change/3
   */
  forceChange<M extends AnyStruct, K extends T.FieldKey<M>>(this: T.Upon<M>, name: K, value: T.RowValue<M, K>): Changeset<S, P>;
  forceChange(name: string, value: unknown): Changeset<S, P> {
    return edit.forceChange(this, name, value);
  }

  /**
   * Maps the change of a field; where there is none, nothing happens.
   * @throws ArgumentError where it is given no function, for an unknown name, or a relation
   * @example cast(movie, { title: "bright" }, ["title"]).updateChange("title", (title) => title.toUpperCase()).changes // => { title: "BRIGHT" }
   * @see Ecto.Changeset.update_change/3
   */
  updateChange<M extends AnyStruct, K extends T.FieldKey<M>>(
    this: T.Upon<M>,
    name: K,
    change: (value: T.RowValue<M, K>) => T.RowValue<M, K>,
  ): Changeset<S, P>;
  updateChange(name: string, change: (value: never) => unknown): Changeset<S, P> {
    return edit.updateChange(this, name, change);
  }

  /**
   * Takes a change away.
   * @example change(movie, { title: "Bright" }).deleteChange("title").changes // => {}
   * @see Ecto.Changeset.delete_change/2
   */
  deleteChange(name: T.AnyKey<S>): Changeset<S, P> {
    return edit.deleteChange(this, name);
  }

  /**
   * This changeset and another of the same data as one; where both say something, the other wins.
   * @throws ArgumentError where the data, the repos, the actions or the empty values differ
   * @example change(movie, { title: "Bright" }).merge(change(movie, { year: 2017 })).changes // => { title: "Bright", year: 2017 }
   * @see Ecto.Changeset.merge/2
   */
  merge<Q extends string>(other: Changeset<S, Q>): Changeset<S, P | Q>;
  merge(other: ChangesetState): ChangesetState {
    return merge(this, other);
  }

  /**
   * Hands the changeset to a function of one's own.
   * @returns what the function returns
   * @example changeset.pipe((cs) => cs.validateRequired("title")).valid // => true
   * @see Elixir: the pipe operator |>
   */
  pipe<R>(fn: (changeset: this) => R): R {
    return fn(this);
  }

  // ---- reading

  /**
   * The change of a field, or its value in the data; of a relation the structs, with their changes.
   * @throws NotLoadedError for an association that is not loaded
   * @example change(movie, { title: "Bright" }).getField("title") // => "Bright"
   * @see Ecto.Changeset.get_field/3
   */
  getField<K extends T.FieldKey<S>>(name: K): T.ValueOf<S, K>;
  getField<K extends LoadedName<S>>(name: K): CardinalityOf<S, K> extends "many" ? TargetOf<S, K>[] : TargetOf<S, K> | null;
  getField(name: string): unknown {
    return read.getField(this, name);
  }

  /**
   * As getField, and tells whether the value is a change.
   * @returns the value with its `source`; `{ ok: false }` for a name that the data does not have
   * @example change(movie, { title: "Bright" }).fetchField("title") // => { ok: true, value: "Bright", source: "changes" }
   * @see Ecto.Changeset.fetch_field/2
   */
  fetchField<K extends T.FieldKey<S>>(
    name: K,
  ):
    | { readonly ok: true; readonly value: T.ValueOf<S, K>; readonly source: "changes" | "data" }
    | { readonly ok: false; readonly error: string };
  fetchField(name: string): ReturnType<typeof read.fetchField> {
    return read.fetchField(this, name);
  }

  /**
   * As getField.
   * @throws ArgumentError for a name that the data does not have
   * @example changeset.fetchFieldOrThrow("year") // => 2018
   * @see Ecto.Changeset.fetch_field!/2
   */
  fetchFieldOrThrow<K extends T.FieldKey<S>>(name: K): T.ValueOf<S, K>;
  fetchFieldOrThrow(name: string): unknown {
    const found = read.fetchField(this, name);
    if (!found.ok) throw read.missingKey(this, name, "field");
    return found.value;
  }

  /**
   * The change of a field, or another value where there is none.
   * @param otherwise what stands for no change; null unless given
   * @example change(movie, { title: "Bright" }).getChange("year", 0) // => 0
   * @see Ecto.Changeset.get_change/3
   */
  getChange<K extends keyof Changes<S>>(name: K): Changes<S>[K] | null;
  getChange<K extends keyof Changes<S>, const D>(name: K, otherwise: D): Changes<S>[K] | D;
  getChange(name: string, otherwise: unknown = null): unknown {
    checkName("getChange", name);
    const { changes }: ChangesetState = this;
    return Object.hasOwn(changes, name) ? changes[name] : otherwise;
  }

  /**
   * The change of a field as a result: a change to null is one too.
   * @example change(movie, { tagline: null }).fetchChange("tagline") // => { ok: true, value: null }
   * @see Ecto.Changeset.fetch_change/2
   */
  fetchChange<K extends keyof Changes<S> & string>(name: K): Result<Exclude<Changes<S>[K], undefined>, string>;
  fetchChange(name: string): Result<unknown, string> {
    checkName("fetchChange", name);
    const { changes }: ChangesetState = this;
    return Object.hasOwn(changes, name) ? ok(changes[name]) : err(name);
  }

  /**
   * The change of a field.
   * @throws ArgumentError where there is none
   * @example changeset.fetchChangeOrThrow("title") // => throws ArgumentError
   * @see Ecto.Changeset.fetch_change!/2
   */
  fetchChangeOrThrow<K extends keyof Changes<S> & string>(name: K): Exclude<Changes<S>[K], undefined>;
  fetchChangeOrThrow(name: string): unknown {
    checkName("fetchChangeOrThrow", name);
    const { changes }: ChangesetState = this;
    if (!Object.hasOwn(changes, name)) throw read.missingKey(this, name, "change of");
    return changes[name];
  }

  /**
   * The entries of an association as changesets, changed or not, or as structs with their changes.
   * @param as "changeset" unless given, or "struct"
   * @throws NotLoadedError where it is not loaded
   * @example change(movie).getAssoc("characters", "struct").map((one) => one.name) // => ["Wade", "Samantha"]
   * @see Ecto.Changeset.get_assoc/3
   */
  getAssoc<M extends AnyStruct, K extends T.RelationKey<M>>(
    this: T.PreloadedOrBuilt<K> & T.Upon<M>,
    name: K,
    as?: "changeset",
  ): RelatedChangesets<CardinalityOf<M, K>, TargetOf<M, K>>;
  getAssoc<M extends AnyStruct, K extends T.RelationKey<M>>(
    this: T.PreloadedOrBuilt<K> & T.Upon<M>,
    name: K,
    as: "struct",
  ): CardinalityOf<M, K> extends "many" ? TargetOf<M, K>[] : TargetOf<M, K> | null;
  getAssoc(name: string, as: "changeset" | "struct" = "changeset"): unknown {
    return as === "struct" ? read.getField(this, name) : read.getRelation(this, "assoc", name);
  }

  /**
   * The entries of an embed as changesets, or as structs.
   * @param as "changeset" unless given, or "struct"
   * @example changeset.putEmbed("reviews", [{ stars: 5 }]).getEmbed("reviews", "struct").map((one) => one.stars) // => [5]
   * @see Ecto.Changeset.get_embed/3
   */
  getEmbed<K extends T.FieldKey<S>>(name: K, as?: "changeset"): Change<T.ValueOf<S, K>>;
  getEmbed<K extends T.FieldKey<S>>(name: K, as: "struct"): T.ValueOf<S, K>;
  getEmbed(name: string, as: "changeset" | "struct" = "changeset"): unknown {
    return as === "struct" ? read.getField(this, name) : read.getRelation(this, "embed", name);
  }

  /**
   * Whether a field has a change; `from` and `to` ask for a change of one value, or to one.
   * @throws ArgumentError for an unknown field, or options on a relation
   * @example change(movie, { year: 2017 }).changed("year", { from: 2018 }) // => true
   * @see Ecto.Changeset.changed?/3
   */
  changed(name: T.AnyKey<S>, options: { readonly from?: unknown; readonly to?: unknown } = {}): boolean {
    return read.changed(this, name, options);
  }

  /**
   * Whether a field is null, or holds a value that counts as none.
   * @throws ArgumentError for an unknown field
   * @throws NotLoadedError for an association that is not loaded
   * @example change(movie, { title: "" }).fieldMissing("title") // => true
   * @see Ecto.Changeset.field_missing?/2
   */
  fieldMissing(name: T.AnyKey<S>): boolean {
    return fieldMissing(this, name);
  }

  // ---- relations

  /**
   * Sets an association as a whole: what is given is all that it holds afterwards. What is left out meets the policy `onReplace`.
   * A struct is linked, and differences in its own fields are not saved; attributes update the entry with their key, or make a new one;
   * a changeset is taken as it is.
   * @param name an association that is preloaded, or any of a struct that is not inserted yet
   * @throws NotLoadedError where it is not loaded
   * @throws ArgumentError for a struct of another schema, and by `onReplace: "raise"`
   * @example const updated = await repo.updateOrThrow(change(movie).putAssoc("actors", [actor, { name: "Mark" }]));
   * updated.actors.map((one) => one.name) // => ["Tye Sheridan", "Mark"]
   * @see Ecto.Changeset.put_assoc/4
   */
  putAssoc<M extends AnyStruct, K extends T.RelationKey<M>>(
    this: T.PreloadedOrBuilt<K> & T.Upon<M>,
    name: K,
    value: T.AssocInput<M, K>,
  ): Changeset<S, P | K>;
  putAssoc(name: string, value: unknown): ChangesetState {
    return putRelation(this, "assoc", name, value);
  }

  /**
   * Casts the params of an association into nested changesets: entries with the key of a loaded row update it, others are inserted.
   * @throws NotLoadedError where it is not loaded
   * @throws ArgumentError before any cast, without a function for the entries, and by `onReplace: "raise"`
   * @example const found = cast(movie, { characters: [{ name: "" }] }, []).castAssoc("characters");
   * found.traverseErrors() // => { characters: [{ name: ["can't be blank"] }] }
   * @see Ecto.Changeset.cast_assoc/3
   */
  castAssoc<M extends AnyStruct, K extends T.RelationKey<M>>(
    this: T.PreloadedOrBuilt<K> & T.Upon<M>,
    name: K,
    options?: NestedCastOptions<TargetOf<M, K>>,
  ): Changeset<S, P | K>;
  castAssoc(name: string, options: NestedCastOptions<never> = {}): ChangesetState {
    return castRelation(this, "assoc", name, options);
  }

  /**
   * Sets an embed as a whole: what is given is all that it holds afterwards.
   * @throws ArgumentError for a struct of another schema, and by `onReplace: "raise"`
   * @example changeset.putEmbed("reviews", [{ name: "Ada", stars: 5 }]).applyChanges().reviews[0]?.stars // => 5
   * @see Ecto.Changeset.put_embed/4
   */
  putEmbed<M extends AnyStruct, K extends T.FieldKey<M>>(this: T.Upon<M>, name: K, value: T.EmbedInput<T.RowValue<M, K>>): Changeset<S, P>;
  putEmbed(name: string, value: unknown): Changeset<S, P> {
    return putRelation(this, "embed", name, value);
  }

  /**
   * Casts the params of an embed into nested changesets.
   * @throws ArgumentError before any cast, without a function for the entries, and by `onReplace: "raise"`
   * @example const rated = cast(movie, { reviews: [{ stars: "5" }] }, []).castEmbed("reviews", { with: (one, sent) => cast(one, sent, ["stars"]) });
   * rated.applyChanges().reviews[0]?.stars // => 5
   * @see Ecto.Changeset.cast_embed/3
   */
  castEmbed<M extends AnyStruct, K extends T.FieldKey<M>>(
    this: T.Upon<M>,
    name: K,
    options?: NestedCastOptions<T.EmbedTarget<T.RowValue<M, K>>>,
  ): Changeset<S, P>;
  castEmbed(name: string, options: NestedCastOptions<never> = {}): Changeset<S, P> {
    return castRelation(this, "embed", name, options);
  }

  /**
   * Sorts the changes of an association of many: deletes, updates, inserts, or as a function says.
   * @param compare as Array's sort takes it
   * @throws ArgumentError where there are none
   * @example const sorted = change(movie).putAssoc("characters", [{ name: "Ogden" }, ...movie.characters]).reorderAssoc("characters");
   * sorted.getAssoc("characters").map((one) => one.action) // => ["update", "update", "insert"]
   * @see Ecto.Changeset.reorder_assoc/3
   */
  reorderAssoc<K extends AssocName<S>>(
    name: K,
    compare?: (a: EntryChange<TargetOf<S, K>>, b: EntryChange<TargetOf<S, K>>) => number,
  ): Changeset<S, P> {
    return edit.reorderAssoc(this, name, compare);
  }

  // ---- validations

  /**
   * Wants fields to have a value: "can't be blank".
   * @throws ArgumentError for an unknown field
   * @throws NotLoadedError for an association that is not loaded
   * @example cast(movie, { title: " " }, ["title"]).validateRequired(["title", "year"]).traverseErrors() // => { title: ["can't be blank"] }
   * @see Ecto.Changeset.validate_required/3
   */
  validateRequired(fields: T.AnyKey<S> | readonly T.AnyKey<S>[], options: MessageOptions = {}): Changeset<S, P> {
    return validateRequired(this, fields, options);
  }

  /**
   * Bounds the length of changed text, bytes, a list or an object.
   * @param options `min`, `max`, `is`, in what `count` says: "graphemes" unless given, "codepoints" or "bytes" of text
   * @throws ArgumentError for options that are none, or a value without a length
   * @example change(movie, { title: "It" }).validateLength("title", { min: 3 }).traverseErrors()
   * // => { title: ["should be at least 3 character(s)"] }
   * @see Ecto.Changeset.validate_length/3
   */
  validateLength(field: T.AnyKey<S>, options: LengthOptions): Changeset<S, P> {
    return validateLength(this, field, options);
  }

  /**
   * Wants changed text to match: "has invalid format".
   * @throws ArgumentError where the value is no text
   * @example change(movie, { title: "bright" }).validateFormat("title", /^[A-Z]/).traverseErrors() // => { title: ["has invalid format"] }
   * @see Ecto.Changeset.validate_format/4
   */
  validateFormat(field: T.FieldKey<S>, format: RegExp, options: MessageOptions = {}): Changeset<S, P> {
    return content.validateFormat(this, field, format, options);
  }

  /**
   * Bounds a changed number; Decimals are compared exactly.
   * @throws ArgumentError for an unknown option, or a value or bound that is no number
   * @example
   * change(movie, { year: 1800 }).validateNumber("year", { greaterThan: 1887 }).traverseErrors() // => { year: ["must be greater than 1887"] }
   * @see Ecto.Changeset.validate_number/3
   */
  validateNumber(field: T.FieldKey<S>, options: NumberOptions): Changeset<S, P> {
    return validateNumber(this, field, options);
  }

  /**
   * Wants a changed value to be in a list: "is invalid".
   * @throws ArgumentError where the list is none
   * @example change(movie, { year: 2020 }).validateInclusion("year", [2017, 2018]).traverseErrors() // => { year: ["is invalid"] }
   * @see Ecto.Changeset.validate_inclusion/4
   */
  validateInclusion<M extends AnyStruct, K extends T.FieldKey<M>>(
    this: T.Upon<M>,
    field: K,
    list: Iterable<T.RowValue<M, K>>,
    options?: MessageOptions,
  ): Changeset<S, P>;
  validateInclusion(field: string, list: Iterable<unknown>, options: MessageOptions = {}): Changeset<S, P> {
    return content.validateInclusion(this, field, list, options);
  }

  /**
   * Wants a changed value not to be in a list: "is reserved".
   * @throws ArgumentError where the list is none
   * @example change(movie, { title: "admin" }).validateExclusion("title", ["admin"]).traverseErrors() // => { title: ["is reserved"] }
   * @see Ecto.Changeset.validate_exclusion/4
   */
  validateExclusion<M extends AnyStruct, K extends T.FieldKey<M>>(
    this: T.Upon<M>,
    field: K,
    list: Iterable<T.RowValue<M, K>>,
    options?: MessageOptions,
  ): Changeset<S, P>;
  validateExclusion(field: string, list: Iterable<unknown>, options: MessageOptions = {}): Changeset<S, P> {
    return content.validateExclusion(this, field, list, options);
  }

  /**
   * Wants every element of a changed list to be in a list: "has an invalid entry".
   * @throws ArgumentError where the list is none, or the value is no list
   * @example change(movie, { genres: ["noir"] }).validateSubset("genres", ["crime"]).traverseErrors() // => { genres: ["has an invalid entry"] }
   * @see Ecto.Changeset.validate_subset/4
   */
  validateSubset(field: T.FieldKey<S>, list: Iterable<unknown>, options: MessageOptions = {}): Changeset<S, P> {
    return content.validateSubset(this, field, list, options);
  }

  /**
   * Compares a param with its confirmation: `password` with `passwordConfirmation`, where the error goes.
   * @param options `required: true` wants the confirmation to be there
   * @example const sent = cast(movie, { title: "Bright", titleConfirmation: "Brigt" }, ["title"]).validateConfirmation("title");
   * sent.traverseErrors() // => { titleConfirmation: ["does not match confirmation"] }
   * @see Ecto.Changeset.validate_confirmation/3
   */
  validateConfirmation(field: T.FieldKey<S>, options: ConfirmationOptions = {}): Changeset<S, P> {
    return validateConfirmation(this, field, options);
  }

  /**
   * Wants a param to be true: "must be accepted". The param need not be a field.
   * @example cast(movie, { terms: "false" }, []).validateAcceptance("terms").traverseErrors() // => { terms: ["must be accepted"] }
   * @see Ecto.Changeset.validate_acceptance/3
   */
  validateAcceptance(field: T.AnyKey<S> | (string & {}), options: MessageOptions = {}): Changeset<S, P> {
    return validateAcceptance(this, field, options);
  }

  /**
   * Validates by a function of one's own, which sees the value where it is changed and not null. Metadata in between is kept in `validations`.
   * @throws ArgumentError for an unknown field, and where the function returns no list of texts or objects with a message
   * @example const validated = change(movie, { title: "foo" }).validateChange("title", (_, title) => (title === "foo" ? ["cannot be foo"] : []));
   * validated.traverseErrors() // => { title: ["cannot be foo"] }
   * @see Ecto.Changeset.validate_change/4
   */
  validateChange<K extends keyof Changes<S> & string>(
    field: K,
    check: (field: K, value: Present<Changes<S>[K]>) => readonly Complaint[],
  ): Changeset<S, P>;
  validateChange<K extends keyof Changes<S> & string>(
    field: K,
    metadata: unknown,
    check: (field: K, value: Present<Changes<S>[K]>) => readonly Complaint[],
  ): Changeset<S, P>;
  validateChange(field: string, metadata: unknown, check?: unknown): Changeset<S, P> {
    const call = (check === undefined ? metadata : check) as (field: string, value: never) => readonly Complaint[];
    return validateChange(this, field, check === undefined ? undefined : metadata, call);
  }

  /**
   * Validates a changed value by a Standard Schema (Zod, Valibot, ArkType …); the value stays as it is.
   * @throws ArgumentError where the schema answers with a promise: use validateWithAsync
   * @example const short = toStandardSchema((params) => cast({ data: {}, types: { year: types.integer() } }, params, ["year"]));
   * change(movie, { info: { studio: "Amblin", awards: [] } }).validateWith("info", short).valid // => true
   * @see Standard Schema
   */
  validateWith(field: T.FieldKey<S>, schema: StandardSchema, options: MessageOptions = {}): Changeset<S, P> {
    return validateWith(this, field, schema, messageOf(options));
  }

  /**
   * As validateWith, for a Standard Schema that answers with a promise.
   * @throws ArgumentError where it is given no Standard Schema
   * @example const any = toStandardSchema((params) => cast({ data: {}, types: {} }, params, []));
   * (await change(movie, { info: { studio: "Amblin", awards: [] } }).validateWithAsync("info", any)).valid // => true
   * @see Standard Schema
   */
  async validateWithAsync(field: T.FieldKey<S>, schema: StandardSchema, options: MessageOptions = {}): Promise<Changeset<S, P>> {
    return await validateWithAsync(this, field, schema, messageOf(options));
  }

  /**
   * Asks the database whether another row has the same values: "has already been taken".
   * Another write may come in between: declare uniqueConstraint too.
   * @param options `message`, `errorKey`, `prefix`, `query` as the query to look in, and `repoOpts` as the read's options
   * @throws ArgumentError without a schema, or for an embedded schema without the option query
   * @example const taken = await cast(movie, { title: "Bright" }, ["title"]).unsafeValidateUnique("title", repo);
   * taken.traverseErrors() // => { title: ["has already been taken"] }
   * @see Ecto.Changeset.unsafe_validate_unique/4
   */
  async unsafeValidateUnique(
    fields: T.FieldKey<S> | readonly T.FieldKey<S>[],
    repo: UniqueChecker,
    options: UnsafeUniqueOptions = {},
  ): Promise<Changeset<S, P>> {
    return await unsafeValidateUnique(this, fields, repo, options);
  }

  // ---- constraints

  /**
   * Turns the violation of a unique index into an error: "has already been taken". The index's usual name is `<table>_<columns>_index`.
   * @throws ArgumentError for an unknown field, or data without a table
   * @example const result = await repo.insert(change(Actor.build({ name: "Gary" })).uniqueConstraint("name"));
   * if (!result.ok) result.error.traverseErrors() // { name: ["has already been taken"] }
   * @see Ecto.Changeset.unique_constraint/3
   */
  uniqueConstraint(fields: T.AnyKey<S> | readonly T.AnyKey<S>[], options: constraints.UniqueConstraintOptions = {}): Changeset<S, P> {
    return constraints.uniqueConstraint(this, fields, options);
  }

  /**
   * Turns the violation of a foreign key into an error: "does not exist". Its usual name is `<table>_<column>_fkey`.
   * @throws ArgumentError for an unknown field, or data without a table
   * @example change(Character.build(), { movieId: 9 }).foreignKeyConstraint("movieId").constraints[0]?.constraint // => "characters_movie_id_fkey"
   * @see Ecto.Changeset.foreign_key_constraint/3
   */
  foreignKeyConstraint(field: T.AnyKey<S>, options: constraints.ConstraintOptions = {}): Changeset<S, P> {
    return constraints.foreignKeyConstraint(this, field, options);
  }

  /**
   * As foreignKeyConstraint, with the error on a belongsTo.
   * @throws ArgumentError for another kind of association
   * @example change(Character.build(), { movieId: 9 }).assocConstraint("movie").constraints[0]?.field // => "movie"
   * @see Ecto.Changeset.assoc_constraint/3
   */
  assocConstraint(name: T.RelationKey<S>, options: constraints.ConstraintOptions = {}): Changeset<S, P> {
    return constraints.assocConstraint(this, name, options);
  }

  /**
   * Turns a delete that rows of a hasOne or hasMany forbid into an error: "are still associated with this entry".
   * @throws ArgumentError for another kind of association
   * @example change(movie).noAssocConstraint("characters").constraints[0]?.constraint // => "characters_movie_id_fkey"
   * @see Ecto.Changeset.no_assoc_constraint/3
   */
  noAssocConstraint(name: T.RelationKey<S>, options: constraints.ConstraintOptions = {}): Changeset<S, P> {
    return constraints.noAssocConstraint(this, name, options);
  }

  /**
   * Turns the violation of a check into an error: "is invalid".
   * @param options `name` is that of the check; `message` is the error's text
   * @throws ArgumentError without a name
   * @example change(movie, { year: 1 }).checkConstraint("year", { name: "year_of_cinema" }).constraints[0]?.errorMessage // => "is invalid"
   * @see Ecto.Changeset.check_constraint/3
   */
  checkConstraint(field: T.AnyKey<S>, options: constraints.ConstraintOptions): Changeset<S, P> {
    return constraints.checkConstraint(this, field, options ?? {});
  }

  /**
   * Turns the violation of an exclusion constraint into an error: "violates an exclusion constraint". Its usual name is `<table>_<column>_exclusion`.
   * @throws ArgumentError for an unknown field, or data without a table
   * @example change(movie).exclusionConstraint("year").constraints[0]?.constraint // => "movies_year_exclusion"
   * @see Ecto.Changeset.exclusion_constraint/3
   */
  exclusionConstraint(field: T.AnyKey<S>, options: constraints.ConstraintOptions = {}): Changeset<S, P> {
    return constraints.exclusionConstraint(this, field, options);
  }

  // ---- the write

  /**
   * Runs a function inside the repo's operation and its transaction, with `repo` set; it returns the changeset to go on with.
   * @throws ArgumentError where it is given no function
   * @example const counted = change(movie, { title: "Bright" }).prepareChanges((cs) => cs.putChange("version", (cs.data.version ?? 0) + 1));
   * (await repo.updateOrThrow(counted)).version // => 2
   * @see Ecto.Changeset.prepare_changes/2
   */
  prepareChanges(prepare: (changeset: Changeset<S, P>) => Changeset<S, P> | Promise<Changeset<S, P>>): Changeset<S, P> {
    return edit.prepareChanges(this, prepare as unknown as PrepareFunction);
  }

  /**
   * Writes only where the row still has the version that was read, and counts the version up; else the write is stale.
   * @param increment makes the next version; one more, and 1 after the largest 32-bit integer, unless said otherwise
   * @throws ArgumentError for an unknown field
   * @example const first = change(movie, { title: "Bright" }).optimisticLock("version");
   * (await repo.updateOrThrow(first)).version // => 2
   * await repo.update(first) // => throws StaleEntryError
   * @see Ecto.Changeset.optimistic_lock/3
   */
  optimisticLock<M extends AnyStruct, K extends T.FieldKey<M>>(
    this: T.Upon<M>,
    field: K,
    increment?: (current: T.RowValue<M, K>) => T.RowValue<M, K>,
  ): Changeset<S, P>;
  optimisticLock(field: string, increment: (current: never) => unknown = edit.nextVersion): Changeset<S, P> {
    return edit.optimisticLock(this, field, increment);
  }

  /**
   * Says what is to be done with an entry of a relation, such as "delete" or "ignore".
   * @example change(movie).withAction("delete").action // => "delete"
   * @see Ecto.Changeset
   */
  withAction(action: "insert" | "update" | "delete" | "ignore" | null): Changeset<S, P> {
    return Object.assign(new Changeset<S, P>(this), { action });
  }

  /**
   * Sets the values that count as none in later casts and in validateRequired.
   * @throws ArgumentError where they are no list
   * @example cast(change(movie).withEmptyValues(["", "n/a"]), { tagline: "n/a" }, ["tagline"]).changes // => { tagline: null }
   * @see Ecto.Changeset
   */
  withEmptyValues(values: readonly unknown[]): Changeset<S, P> {
    return edit.withEmptyValues(this, values);
  }

  /**
   * Sets options for the repo's operation on this changeset, nested ones too; those of the call itself win.
   * @throws ArgumentError where they are no object
   * @example const again = change(Actor.build({ name: "Gary" })).withRepoOpts({ onConflict: "nothing" });
   * (await repo.insert(again)).ok // => true
   * @see Ecto.Changeset
   */
  withRepoOpts(options: Readonly<Record<string, unknown>>): Changeset<S, P> {
    return edit.withRepoOpts(this, options);
  }

  // ---- errors and results

  /**
   * Adds an error to a field, or to whatever else it is about.
   * @param message the text, in which `%{count}` stands for the `count` of `meta`
   * @param meta what stands beside the message in the error
   * @throws ArgumentError where the message is no text
   * @example changeset.addError("title", "is too short by %{count}", { count: 3 }).traverseErrors() // => { title: ["is too short by 3"] }
   * @see Ecto.Changeset.add_error/4
   */
  addError(field: T.AnyKey<S> | (string & {}), message: string, meta: Readonly<Record<string, unknown>> = {}): Changeset<S, P> {
    return edit.addError(this, field, message, meta);
  }

  /**
   * The errors by field, those of relations nested, as final texts or as a function makes them.
   * @param visit makes what stands for one error, out of the error, or of the changeset, the field and the error;
   *   the application's translator unless given
   * @throws ArgumentError where it is given no function
   * @example cast(movie, { title: "" }, ["title"]).validateRequired("title").traverseErrors() // => { title: ["can't be blank"] }
   * @see Ecto.Changeset.traverse_errors/2
   */
  traverseErrors(): T.Traversal<S, string>;
  traverseErrors<R>(visit: (error: ChangesetError) => R): T.Traversal<S, R>;
  traverseErrors<R>(visit: (changeset: ChangesetState, field: string, error: ChangesetError) => R): T.Traversal<S, R>;
  traverseErrors(visit?: (...args: never[]) => unknown): unknown {
    return traverseErrors(this, visit as ((error: ChangesetError) => unknown) | undefined);
  }

  /**
   * The validations by field, as traverseErrors shows errors.
   * @throws ArgumentError where it is given no function
   * @example change(movie).validateLength("title", { min: 3 }).traverseValidations((one) => one.validation) // => { title: ["length"] }
   * @see Ecto.Changeset.traverse_validations/2
   */
  traverseValidations<R>(visit: (validation: Validation) => R): T.Traversal<S, R>;
  traverseValidations<R>(visit: (changeset: ChangesetState, field: string, validation: Validation) => R): T.Traversal<S, R>;
  traverseValidations(visit: (...args: never[]) => unknown): unknown {
    return traverseValidations(this, visit as (validation: Validation) => unknown);
  }

  /**
   * The data with all changes, nested ones too, valid or not. Nothing is written.
   * @example change(movie, { title: "Bright" }).applyChanges().title // => "Bright"
   * @see Ecto.Changeset.apply_changes/1
   */
  applyChanges(): T.Applied<S, P>;
  applyChanges(): object {
    return applyChanges(this);
  }

  /**
   * The data with its changes where the changeset is valid; else the changeset, with the action as tried.
   * @param action "insert", "update" or a word of one's own
   * @throws ArgumentError where the action is no text
   * @example change(movie, { title: "Bright" }).applyAction("update").ok // => true
   * @see Ecto.Changeset.apply_action/2
   */
  applyAction(action: string): Result<T.Applied<S, P>, Changeset<S, P>>;
  applyAction(action: string): Result<unknown, unknown> {
    return applyAction(this, action);
  }

  /**
   * The data with its changes.
   * @throws InvalidChangesetError where the changeset is invalid
   * @example cast(movie, { year: "x" }, ["year"]).applyActionOrThrow("update") // => throws InvalidChangesetError
   * @see Ecto.Changeset.apply_action!/2
   */
  applyActionOrThrow(action: string): T.Applied<S, P>;
  applyActionOrThrow(action: string): object {
    return applyActionOrThrow(this, action);
  }

  /**
   * For answers of an API: the outcome and the messages, and none of the data; a message that quotes a redacted field is without its value.
   * @example JSON.stringify(cast(movie, { title: "" }, ["title"]).validateRequired("title"))
   * // => {"action":null,"valid":false,"errors":{"title":["can't be blank"]}}
   * @see JavaScript: JSON.stringify
   */
  toJSON(): { action: string | null; valid: boolean; errors: unknown } {
    return { action: this.action, valid: this.valid, errors: shownErrors(this) };
  }

  [PRINT](): Doc {
    return changesetDoc(this);
  }

  [INSPECT](): string {
    return renderDoc(changesetDoc(this));
  }
}
installClass(Changeset as never);

function messageOf(options: MessageOptions): MessageOption | undefined {
  checkOptions("validateWith", options, MESSAGE);
  return options.message;
}

type Present<V> = Exclude<V, null | undefined>;

/**
 * A changeset of trusted changes: nothing is cast.
 * @param source a struct, a changeset, or `{ data, types }` without a schema
 * @param changes values by field, and entries of relations
 * @returns the changeset; a change that equals the data is none
 * @throws ArgumentError for an unknown name
 * @example change(movie, { title: "Bright", year: 2018 }).changes // => { title: "Bright" }
 * @see Ecto.Changeset.change/2
 */
export function change<S extends AnyStruct, P extends string = never, M extends AnyStruct = S, K = never>(
  source:
    | (S & T.Like<M> & T.LoadedOrBuilt<NoInfer<K> & AssocName<M>>)
    | (Changeset<S, P> & T.PreloadedOrBuilt<NoInfer<K> & AssocName<M>> & T.Upon<M>),
  changes?: T.ChangeInput<M, K>,
): Changeset<S, NoInfer<P | (K & AssocName<M>)>>;
export function change<D extends object, const M extends T.TypeMap>(
  source: T.TypedData<D, M>,
  ...changes: T.GivenTypes<M, [changes?: { readonly [K in keyof M]?: T.Schemaless<D, M>[typeof FIELDS][K] }]>
): Changeset<T.Schemaless<D, M>>;
export function change(source: unknown, changes: unknown = {}): unknown {
  return putChanges(toChangeset(source), changes);
}

/**
 * A changeset of params from outside: only permitted fields, each cast to its type.
 * @param source a struct, a changeset, or `{ data, types }` without a schema
 * @param params a plain object with field names as keys, FormData or URLSearchParams (`actors[0][name]` nests), or "invalid"
 * @param permitted the fields that may be changed
 * @returns the changeset, with an error "is invalid" for each value that is not of its field's type
 * @throws ArgumentError for a name that is no field
 * @throws CastError for params that are no object
 * @example const cs = cast(movie, { title: "Bright", year: "2017", id: "9" }, ["title", "year"]);
 * cs.changes // => { title: "Bright", year: 2017 }
 * @see Ecto.Changeset.cast/4
 */
export function cast<S extends AnyStruct, P extends string = never>(
  source: S | Changeset<S, P>,
  params: Params,
  permitted: readonly T.FieldKey<S>[],
  options?: CastOptions,
): Changeset<S, NoInfer<P>>;
export function cast<D extends object, const M extends T.TypeMap>(
  source: T.TypedData<D, M>,
  ...rest: T.GivenTypes<M, [params: Params, permitted: readonly (keyof M & string)[], options?: CastOptions]>
): Changeset<T.Schemaless<D, M>>;
export function cast(source: unknown, params: unknown, permitted: readonly string[], options: CastOptions = {}): unknown {
  return castParams(toChangeset(source), params, permitted, options);
}

/**
 * Values that count as none unless said otherwise: `[""]`.
 * @example cast(movie, { tagline: "n/a" }, ["tagline"], { emptyValues: [...emptyValues(), "n/a"] }).changes // => { tagline: null }
 * @see Ecto.Changeset.empty_values/0
 */
export function emptyValues(): unknown[] {
  return [""];
}

/**
 * A Standard Schema, as forms, routers and other libraries take it, out of a function that casts params, or out of a schema with a static `changeset`.
 * Its value is the data with its changes; its issues are the errors with their paths.
 * @throws ArgumentError where it is given something else
 * @example const form = toStandardSchema((params) => Movie.changeset(Movie.build(), params));
 * form["~standard"].validate({ title: "" }) // => { issues: [{ message: "can't be blank", path: ["title"] }] }
 * @see Standard Schema
 */
export function toStandardSchema<C extends AnySchema>(schema: C): SyncStandardSchema<Record<string, unknown>, Built<InstanceOf<C>>>;
export function toStandardSchema<S extends AnyStruct, P extends string>(
  fn: (params: Params) => Changeset<S, P>,
): SyncStandardSchema<Record<string, unknown>, T.Applied<S, P>>;
export function toStandardSchema(source: unknown): unknown {
  return standardSchemaOf(source);
}
