// A changeset without its types and methods, and how the next one is made of it.
import type { Type } from "../type/index.ts";
import type { SchemaInfo } from "../schema/index.ts";
import type { ChangesetError, Constraint, Validation } from "./records.ts";

export type Values = Readonly<Record<string, unknown>>;

/** Runs inside the repo's operation and its transaction; answers with the changeset to go on with. */
export type PrepareFunction = (changeset: ChangesetState) => ChangesetState | Promise<ChangesetState>;

/** The structs above a changeset in a nested write, nearest first: how circles are found. */
export interface Above {
  readonly data: object;
  readonly above: Above | null;
}

/** What a changeset holds. The functions of this folder work on it; the class `Changeset` puts types and methods on top. */
export class ChangesetState {
  // Declared alone: each is set once, by the constructor, for every step of a changeset makes another one.

  /** Whether there are no errors, here and in nested changesets. */
  declare readonly valid: boolean;
  /** What is to be changed: a struct, or plain data. */
  declare readonly data: object;
  /** The changes that passed the casts, and nested changesets, by field. */
  declare readonly changes: Values;
  /** The errors, newest first. */
  declare readonly errors: readonly ChangesetError[];
  /** The params as they were cast; null before a cast. */
  declare readonly params: Values | null;
  /** What is to be done, or was tried: "insert", "update", "delete", "replace", "ignore", or a word of one's own. */
  declare readonly action: string | null;
  /** The fields and their types. */
  declare readonly types: Readonly<Record<string, Type>>;
  /** The declared constraints, newest first. */
  declare readonly constraints: readonly Constraint[];
  /** The validations that ran, newest first. */
  declare readonly validations: readonly Validation[];
  /** The fields that are required. */
  declare readonly required: readonly string[];
  /** Further conditions of an update or a delete, by field. */
  declare readonly filters: Values;
  /** Values that count as none. */
  declare readonly emptyValues: readonly unknown[];
  /** The repo that works on it; null before. */
  declare readonly repo: unknown;
  /** Options for the repo's operation. */
  declare readonly repoOpts: Values;
  /** The functions that the repo runs in its transaction, in the order of their declaration. */
  declare readonly prepare: readonly PrepareFunction[];
  /** @internal The schema of the data; null without one. */
  declare readonly info: SchemaInfo | null;
  /** @internal An update is sent even where the row itself has no change. */
  declare readonly forceUpdate: boolean;
  /** @internal The associations whose entries are written in the order in which they stand. */
  declare readonly reordered: readonly string[];
  /** @internal Whether params were cast, be they invalid. */
  declare readonly wasCast: boolean;
  /** @internal */
  declare readonly above: Above | null;

  /** @internal Changesets come from `change` and `cast`. */
  constructor(from: StateParts) {
    this.valid = from.valid;
    this.data = from.data;
    this.changes = from.changes;
    this.errors = from.errors;
    this.params = from.params;
    this.action = from.action;
    this.types = from.types;
    this.constraints = from.constraints;
    this.validations = from.validations;
    this.required = from.required;
    this.filters = from.filters;
    this.emptyValues = from.emptyValues;
    this.repo = from.repo;
    this.repoOpts = from.repoOpts;
    this.prepare = from.prepare;
    this.info = from.info;
    this.forceUpdate = from.forceUpdate;
    this.reordered = from.reordered;
    this.wasCast = from.wasCast;
    this.above = from.above;
  }
}

/** A changeset of a schema. */
export type SchemaChangeset = ChangesetState & { readonly info: SchemaInfo };

/** The data by field: a struct, too, is read by names that are known only at run time. */
export function dataOf({ data }: Pick<ChangesetState, "data">): Values {
  return data as Values;
}

/** What of a changeset can be replaced. */
export type Parts = Partial<Omit<StateParts, "info">>;
export type StateParts = { -readonly [K in keyof ChangesetState]: ChangesetState[K] };

// Between this file and the class, which imports everything else here.
let Class: new (from: StateParts) => ChangesetState = ChangesetState;

/** Names the class that all changesets are made of; called once, by changeset.ts. */
export function installClass(cls: new (from: StateParts) => ChangesetState): void {
  Class = cls;
}

const NOTHING: Values = Object.freeze({});
const NONE: readonly never[] = Object.freeze([]);
const EMPTY_VALUES: readonly unknown[] = Object.freeze([""]);

/** A changeset without changes. */
export function blank(data: object, info: SchemaInfo | null, types: Readonly<Record<string, Type>>): ChangesetState {
  return new Class({
    valid: true,
    data,
    changes: NOTHING,
    errors: NONE,
    params: null,
    action: null,
    types,
    constraints: NONE,
    validations: NONE,
    required: NONE,
    filters: NOTHING,
    emptyValues: EMPTY_VALUES,
    repo: null,
    repoOpts: NOTHING,
    prepare: NONE,
    info,
    forceUpdate: false,
    reordered: NONE,
    wasCast: false,
    above: null,
  });
}

/** The changeset with some parts replaced; everything else is shared. */
export function update<C extends ChangesetState>(cs: C, parts: Parts): C {
  // The class is the one that all changesets are of, and the schema stays.
  return Object.assign(new Class(cs), parts) as C;
}

/**
 * Whether a value is a changeset.
 * @example isChangeset(change(movie)) // => true
 * @see JavaScript: instanceof
 */
export function isChangeset(value: unknown): value is ChangesetState {
  return value instanceof ChangesetState;
}

/** The changeset with errors in front of those it has. */
export function withErrors<C extends ChangesetState>(cs: C, errors: readonly ChangesetError[]): C {
  return errors.length === 0 ? cs : update(cs, { errors: [...errors, ...cs.errors], valid: false });
}

/** The name of the data in messages: that of its schema. */
export function nameOf(cs: ChangesetState): string {
  return cs.info === null ? "the changeset" : cs.info.name;
}
