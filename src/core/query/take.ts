// Lists of fields, as `select`, `struct` and `map` take them: ["id", { characters: ["id", "name"] }]
import { didYouMean, kindOf, QueryError } from "../base/index.ts";
import type { SchemaInfo } from "../schema/index.ts";
import type { AssocSource, BindingRef, Preload, QueryState, Select, Take } from "./node.ts";

/** A list of fields, with the lists of associations in it apart. */
export type TakenFields = Omit<Take, "association">;

/**
 * A list of fields as data. The associations in it are checked, and their fields; the fields of the root are the caller's to check.
 * @param call the function that was given the list, for errors
 * @param info the schema of the root; null where it has none, undefined where that shows when the query is planned
 * @throws QueryError for a list without fields, and for an unknown association or field in it
 */
export function takenOf(call: string, items: unknown, info: SchemaInfo | null | undefined): TakenFields {
  return takenIn(`${call} takes`, call, items, info);
}

function takenIn(takes: string, call: string, items: unknown, info: SchemaInfo | null | undefined): TakenFields {
  if (!Array.isArray(items)) throw new QueryError(`${takes} a list of fields, not ${kindOf(items)}`);
  if (items.length === 0) throw new QueryError(`${takes} a list of at least one field; it was given an empty list`);
  const fields = new Set<string>();
  let below: readonly Take[] = [];
  const list: readonly unknown[] = items;
  for (const item of list) {
    if (typeof item === "string") fields.add(item);
    else if (isPlainObject(item))
      below = mergedTakes(
        below,
        Object.entries(item).map(([name, list]) => takeIn(call, name, list, info)),
      );
    else throw new QueryError(`${takes} names of fields, and lists of them for associations, not ${kindOf(item)}`);
  }
  if (fields.size === 0) throw new QueryError(`${takes} at least one field beside lists of fields for associations`);
  return { fields: [...fields], below };
}

function takeIn(call: string, name: string, list: unknown, info: SchemaInfo | null | undefined): Take {
  const related = info === undefined ? undefined : relatedOf(call, name, info);
  const taken = takenIn(`${call}: "${name}" takes`, call, list, related);
  if (related) checkFields(call, related, taken.fields);
  return { association: name, ...taken };
}

function relatedOf(call: string, name: string, info: SchemaInfo | null): SchemaInfo {
  if (!info) throw new QueryError(`${call}: "${name}" cannot have a list of fields, since the source has no schema that says what it is`);
  const association = info.association(name);
  if (association) return association.related;
  if (info.field(name))
    throw new QueryError(`${call}: "${name}" of ${info.name} is a field, which is read as a whole: name it without a list of its own`);
  throw new QueryError(`${call}: schema ${info.name} has no association "${name}". ${didYouMean(name, [...info.associations])}`);
}

/** @throws QueryError for a name that is no column of the schema */
export function checkFields(call: string, info: SchemaInfo, names: readonly string[]): void {
  for (const name of names) {
    const field = info.field(name);
    if (field && !field.virtual) continue;
    if (field) throw new QueryError(`${call}: "${name}" of ${info.name} is virtual: it is not a column`);
    if (info.association(name))
      throw new QueryError(
        `${call}: "${name}" of ${info.name} is an association, not a column: preload it, and name its fields in { ${name}: ["…"] }`,
      );
    throw new QueryError(`${call}: schema ${info.name} has no field "${name}". ${didYouMean(name, [...info.fields])}`);
  }
}

/** The lists of a binding that was found by its name. @throws QueryError as `takenOf` */
export function checkTakes(call: string, info: SchemaInfo | null, takes: readonly Take[]): void {
  for (const { association, fields, below } of takes) {
    const related = relatedOf(call, association, info);
    checkFields(call, related, fields);
    checkTakes(call, related, below);
  }
}

/** Two sets of lists as one: what either names is read. */
export function mergedTakes(first: readonly Take[], second: readonly Take[]): readonly Take[] {
  if (first.length === 0 || second.length === 0) return first.length === 0 ? second : first;
  const takes = new Map(first.map((take) => [take.association, take]));
  for (const take of second) {
    const known = takes.get(take.association);
    takes.set(take.association, known ? mergedTake(known, take) : take);
  }
  return [...takes.values()];
}

export function mergedTake(first: Take, second: Take): Take {
  const fields = [...new Set([...first.fields, ...second.fields])];
  return { association: first.association, fields, below: mergedTakes(first.below, second.below) };
}

/** What a query's select names of its root's associations. */
export function takesOf(query: QueryState): readonly Take[] {
  return query.select ? takesIn(query.select, query) : [];
}

function takesIn(select: Select, query: QueryState): readonly Take[] {
  switch (select.kind) {
    case "source":
      return select.below && isRoot(select.of, query) ? select.below : [];
    case "tuple":
      return select.items.reduce<readonly Take[]>((takes, item) => mergedTakes(takes, takesIn(item, query)), []);
    case "object":
      return select.entries.reduce<readonly Take[]>((takes, [, item]) => mergedTakes(takes, takesIn(item, query)), []);
    case "merge":
      return mergedTakes(takesIn(select.base, query), takesIn(select.over, query));
    default:
      return [];
  }
}

function isRoot(ref: BindingRef | AssocSource, query: QueryState): boolean {
  return ref === query.source || (ref.kind === "named" && ref.scope === "own" && ref.name === query.as);
}

/** Preloads that read what the lists name: of an association without a list everything. */
export function limited(preloads: readonly Preload[], takes: readonly Take[]): readonly Preload[] {
  return takes.length === 0 ? preloads : marked(preloads, takes);
}

function marked(preloads: readonly Preload[], takes: readonly Take[]): readonly Preload[] {
  return preloads.map((preload) => {
    const take = takes.find(({ association }) => association === preload.association) ?? null;
    return { ...preload, take, nested: marked(preload.nested, take?.below ?? []) };
  });
}

/** The schema of a binding; undefined for one that is found by its name when the query is planned. */
export function schemaOf(ref: BindingRef | AssocSource): SchemaInfo | null | undefined {
  if (ref.kind === "named") return undefined;
  if (ref.kind === "subquery") return selectedInfo(ref.query);
  return "info" in ref ? ref.info : null;
}

/** The schema of a query's rows, where it selects structs of a binding, maybe with more merged into them. */
export function selectedInfo(query: QueryState): SchemaInfo | null {
  const of = query.select === null ? query.source : structsOf(query.select);
  return of === null ? null : (schemaOf(of) ?? null);
}

function structsOf(select: Select): BindingRef | AssocSource | null {
  if (select.kind === "merge") return structsOf(select.base);
  return select.kind === "source" && select.as === "struct" ? select.of : null;
}

function isPlainObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
