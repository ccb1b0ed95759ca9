import pluralize from "pluralize";
import { lowerFirst, upperFirst } from "../base/index.ts";
import type { SchemaInfo } from "./info.ts";
import { belongsTos, belongsToKeys, declaredKeys, list } from "./keys.ts";

/** A key: each of its fields with the field of the other schema that it refers to. */
export type KeyPairs = readonly (readonly [field: string, references: string])[];

/** What an association's keys are asked with: the fields referred to, where they are said, and how to complain. */
export interface KeyQuestion {
  readonly references: readonly string[] | undefined;
  primaryKeyOf(schema: SchemaInfo): readonly string[];
  error(message: string): Error;
  /** How the option reads that names the key. */
  option(fields: readonly string[]): string;
}

/**
 * The key by which rows of one schema refer to another: that of the `belongsTo` which leads there, else one that is called after the table.
 * Class names play no part in it, since minifiers change them.
 */
export function keyBetween(from: SchemaInfo, to: SchemaInfo, question: KeyQuestion): KeyPairs {
  const keys = keysOf(from, to).filter((pairs) => refersTo(pairs, question.references));
  if (keys.length === 0) return keyByName(to, question);
  const start = nameOf(to);
  const found = keys.length === 1 ? keys[0] : keys.find((pairs) => pairs.every(([field, key]) => field === start + upperFirst(key)));
  if (found) return found;
  const choices = keys.map(fieldsOf).join(" and ");
  const first = (keys[0] as KeyPairs).map(([field]) => field);
  throw question.error(`schema ${from.name} refers to ${to.name} by several keys, ${choices}: say which with ${question.option(first)}`);
}

/** The key that is called after a table: `movieId` for "movies". */
export function keyByName(to: SchemaInfo, question: KeyQuestion): KeyPairs {
  const start = nameOf(to);
  const references = question.references ?? question.primaryKeyOf(to);
  if (start === null) throw question.error(`schema ${to.name} has no table to call its key after: name it with ${question.option(["…"])}`);
  return references.map((key) => [start + upperFirst(key), key] as const);
}

/** How keys that refer to a schema begin: the name that it was given, else its table's in the singular. */
function nameOf({ givenName, source }: SchemaInfo): string | null {
  if (givenName !== null) return lowerFirst(givenName);
  return source === null ? null : lowerFirst(pluralize.singular(source));
}

function keysOf(from: SchemaInfo, to: SchemaInfo): KeyPairs[] {
  const keys = new Map<string, KeyPairs>();
  for (const [name, { target, options }] of belongsTos(from.class)) {
    if (target !== to.class) continue;
    const references = list(options.references) ?? declaredKeys(target);
    const pairs = belongsToKeys(name, target, options).map((field, at) => [field, references[at] as string] as const);
    keys.set(fieldsOf(pairs), pairs);
  }
  return [...keys.values()];
}

function refersTo(pairs: KeyPairs, references: readonly string[] | undefined): boolean {
  return references === undefined || (pairs.length === references.length && pairs.every(([, key]) => references.includes(key)));
}

function fieldsOf(pairs: KeyPairs): string {
  return pairs.map(([field]) => field).join(", ");
}
