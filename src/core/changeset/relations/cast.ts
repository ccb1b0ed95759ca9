// Entries of associations and embeds out of params.
import { ArgumentError, CastError, checkOptions, isPlainObject, optionNames } from "../../base/index.ts";
import type { Type } from "../../type/index.ts";
import { isParams } from "../params.ts";
import type { MessageOption } from "../records.ts";
import { dataOf, type ChangesetState, nameOf, update, type Values, withErrors } from "../state.ts";
import { errorFrom } from "../validations/message.ts";
import { changeMany, changeOne, checkAction, checkChangeset, type Handling, type Outcome, withNewAction } from "./entries.ts";
import { onReplace, updatesInPlace } from "./on-replace.ts";
import { relationError, toChangeset } from "./put.ts";
import { loadedValue, newEntry, type Relation, relationOrThrow, remaining, sameNothing } from "./relation.ts";

/** The options of a nested cast, as the functions here see them. */
export interface NestedOptions {
  readonly with?: (struct: never, params: never, position: number) => unknown;
  readonly required?: boolean;
  readonly requiredMessage?: MessageOption;
  readonly invalidMessage?: MessageOption;
  readonly forceUpdateOnChange?: boolean;
  readonly sortParam?: string;
  readonly dropParam?: string;
}

const OPTIONS = optionNames<NestedOptions>({
  with: true,
  required: true,
  requiredMessage: true,
  invalidMessage: true,
  forceUpdateOnChange: true,
  sortParam: true,
  dropParam: true,
});

/** Casts the params of a relation into nested changesets. */
export function castRelation<C extends ChangesetState>(cs: C, tag: "assoc" | "embed", name: string, options: NestedOptions): C {
  const call = tag === "assoc" ? "castAssoc" : "castEmbed";
  const relation = relationOrThrow(cs, call, tag, name);
  const where = `${call}("${name}") of ${nameOf(cs)}`;
  checkOptions(where, options, OPTIONS);
  if (!cs.wasCast)
    throw new ArgumentError(`${where}: call cast first, which takes the params: cast(struct, params, [...]).${call}("${name}")`);
  const onCast = castFunction(relation, options, where);
  const params: Values = cs.params ?? {};
  const sort = indexList(params, options.sortParam);
  const drop = indexList(params, options.dropParam);
  if (relation.cardinality === "one" && (options.sortParam !== undefined || options.dropParam !== undefined)) {
    throw new ArgumentError(
      `${where}: sortParam and dropParam order the entries of a list, and there is one ${relation.related.name} at most`,
    );
  }
  const required = options.required === true ? update(cs, { required: [name, ...cs.required] }) : cs;
  const given = Object.hasOwn(params, name) && params[name] !== undefined;
  if (!given && sort === null && drop === null) return checkPresence(required, relation, options);
  const current = loadedValue(cs.data, relation);
  const value = relation.cardinality === "one" ? params[name] : inOrder(params[name] ?? (given ? null : {}), sort, drop);
  return record(required, relation, options, castEntries(relation, cs.data, value, current, onCast));
}

function record<C extends ChangesetState>(cs: C, relation: Relation, options: NestedOptions, outcome: Outcome): C {
  if (outcome === "invalid") {
    const { field, message, type } = relationError(relation);
    return withErrors(cs, [errorFrom(field, options.invalidMessage, message, { validation: relation.tag, type })]);
  }
  if (outcome === "same" || sameNothing(outcome.change, dataOf(cs)[relation.name])) return checkPresence(cs, relation, options);
  const changed = update(cs, {
    changes: { ...cs.changes, [relation.name]: outcome.change },
    reordered: cs.reordered.filter((one) => one !== relation.name),
    valid: cs.valid && outcome.valid,
    forceUpdate: cs.forceUpdate || options.forceUpdateOnChange !== false,
  });
  return checkPresence(changed, relation, options);
}

function checkPresence<C extends ChangesetState>(cs: C, relation: Relation, options: NestedOptions): C {
  if (options.required !== true) return cs;
  const { name } = relation;
  const value = Object.hasOwn(cs.changes, name) ? cs.changes[name] : loadedValue(cs.data, relation);
  const missing = Array.isArray(value) ? remaining(value).length === 0 : value === null;
  return missing ? withErrors(cs, [errorFrom(name, options.requiredMessage, "can't be blank", { validation: "required" })]) : cs;
}

type CastFunction = (struct: unknown, params: unknown, position: number) => unknown;

/** The function that casts one entry: the option `with`, or the related schema's own `changeset`. */
function castFunction(relation: Relation, options: NestedOptions, where: string): CastFunction {
  const cls = relation.related.class as unknown as { changeset?: CastFunction };
  const given = options.with as CastFunction | undefined;
  if (given !== undefined) {
    if (typeof given !== "function")
      throw new ArgumentError(`${where}: the option with is a function of a struct and its params that returns a changeset`);
    if (relation.cardinality === "one" && given.length > 2)
      throw new ArgumentError(`${where}: the function with of a relation of one takes the struct and its params, no position`);
    return (struct, params, position) => given.call(cls, struct, params, position);
  }
  const { name } = relation.related;
  if (typeof cls.changeset !== "function") {
    throw new ArgumentError(
      `${where}: ${name} has no static function changeset(struct, params). Add it, or say with: (struct, params) => cast(struct, params, [...])`,
    );
  }
  return (struct, params) => cls.changeset?.(struct, params, 0);
}

// Params that contain themselves would be cast without end; nested casts are synchronous, so one list serves all.
const underway = new Set<unknown>();
// Deeper than any tree that is cast at once; deeper still, whoever sends the params could exhaust the stack.
const MAX_DEPTH = 100;

function castEntries(relation: Relation, owner: object, value: unknown, current: unknown, onCast: CastFunction): Outcome {
  const run = (struct: object, params: unknown, position: number): ChangesetState => {
    if (underway.has(params)) throw new CastError(`the params of "${relation.name}" of ${relation.owner} contain themselves`);
    underway.add(params);
    try {
      return checkChangeset(relation, onCast(struct, params, position), "the function that casts an entry");
    } finally {
      underway.delete(params);
    }
  };
  const how: Handling = {
    accepts: (params) => underway.size < MAX_DEPTH && isParams(params),
    givenKey: (params) => keyOfParams(relation, params as Values),
    entry: (params, struct, allowed, position) => {
      const cs = run(struct ?? newEntry(relation, owner), params, position);
      return checkAction(relation, withNewAction(cs, struct === null ? "insert" : "update"), allowed);
    },
    replaced: (struct) => onReplace(relation, () => toChangeset(struct)),
    updatesInPlace: (params) => updatesInPlace(relation, false, params),
  };
  return relation.cardinality === "one"
    ? changeOne(relation, value, current as object | null, how)
    : changeMany(relation, value, current as readonly object[], how);
}

const NO_KEY: unique symbol = Symbol("no key");

/** The primary key in params, cast by its types; a part that cannot be cast matches no entry. */
function keyOfParams(relation: Relation, params: Values): readonly unknown[] {
  return relation.related.primaryKey.map((name) => {
    const given = Object.hasOwn(params, name) ? (params[name] ?? null) : null;
    if (given === null) return null;
    const result = (relation.related.types[name] as Type).cast(given);
    return result.ok ? result.value : NO_KEY;
  });
}

/** The indexes in a sort or drop param; null where it is not given or no list. What cannot be an index is one that no entry has. */
function indexList(params: Values, name: string | undefined): readonly (string | null)[] | null {
  const value: unknown = name !== undefined && Object.hasOwn(params, name) ? params[name] : null;
  return Array.isArray(value) ? value.map((one) => (typeof one === "object" || typeof one === "symbol" ? null : String(one))) : null;
}

/** The entries of `{ "0": …, "1": … }` as a list: first as sorted, then the rest by their indexes, without the dropped ones. */
function inOrder(value: unknown, sort: readonly (string | null)[] | null, drop: readonly (string | null)[] | null): unknown {
  const indexed = value === null && (sort !== null || drop !== null) ? {} : value;
  if (!isPlainObject(indexed)) return indexed;
  const dropped = new Set(drop);
  const sorted = (sort ?? []).filter((index) => !dropped.has(index));
  const done = new Set<string | null>();
  const list: unknown[] = [];
  for (const index of sorted) {
    list.push(index !== null && Object.hasOwn(indexed, index) && !done.has(index) ? indexed[index] : {});
    done.add(index);
  }
  const rest = Object.keys(indexed).filter((index) => !dropped.has(index) && !done.has(index));
  for (const index of rest.sort(byIndex)) list.push(indexed[index]);
  return list;
}

/** Whole numbers by size, then everything else as text. */
function byIndex(a: string, b: string): number {
  const [x, y] = [indexNumber(a), indexNumber(b)];
  if (x !== null && y !== null) return x < y ? -1 : x > y ? 1 : 0;
  if (x !== null || y !== null) return x !== null ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

// Longer ones are no index of anything, and parsing them would be work for whoever sends them.
function indexNumber(text: string): bigint | null {
  return text.length < 32 && /^[+-]?\d+$/.test(text) ? BigInt(text.replace("+", "")) : null;
}
