import { ArgumentError } from "../base/index.ts";
import type { ChangesetError, Validation } from "./records.ts";
import { type ChangesetState, isChangeset } from "./state.ts";

/** Errors by field: a list of messages, or what the nested changesets have. */
export type Traversed<T> = { [field: string]: T[] | Traversed<T> | Traversed<T>[] };

/** Makes the text of an error; `context` tells where it stands. */
export type ErrorTranslator = (error: ChangesetError, context: { readonly field: string; readonly changeset: ChangesetState }) => string;

/**
 * The text of an error, its placeholders filled in: `%{count}` becomes the error's `count`.
 * @example errorMessage({ field: "title", message: "at least %{count}", count: 3 }) // => "at least 3"
 * @see Ecto.Changeset.traverse_errors/2
 */
export function errorMessage(error: ChangesetError): string {
  return error.message.replace(/%\{(\w+)\}/g, (placeholder, key: string) => (Object.hasOwn(error, key) ? text(error[key]) : placeholder));
}

function text(value: unknown): string {
  return Array.isArray(value) ? value.map(text).join(", ") : String(value);
}

let translator: ErrorTranslator = errorMessage;

/**
 * Sets how errors become text in the whole application, for instance to translate them: `traverseErrors()` and Standard Schema use it.
 * @param translate makes the text of one error; null goes back to the usual messages
 * @throws ArgumentError where it is given no function
 * @example setErrorTranslator((error) => (error.message === "is invalid" ? "ist ungültig" : errorMessage(error)));
 * cast(movie, { year: "x" }, ["year"]).traverseErrors() // => { year: ["ist ungültig"] }
 * setErrorTranslator(null);
 * @see Ecto.Changeset.traverse_errors/2
 */
export function setErrorTranslator(translate: ErrorTranslator | null): void {
  if (translate !== null && typeof translate !== "function")
    throw new ArgumentError("setErrorTranslator takes a function of an error, or null");
  translator = translate ?? errorMessage;
}

/** The text of an error of a changeset, as the application's translator has it. */
export function translate(cs: ChangesetState, error: ChangesetError): string {
  return translator(error, { field: error.field, changeset: cs });
}

type ErrorVisitor<T> = ((error: ChangesetError) => T) | ((changeset: never, field: string, error: ChangesetError) => T);

/** The errors of a changeset and those below it, by field. */
export function traverseErrors<T = string>(cs: ChangesetState, visit?: ErrorVisitor<T>): Traversed<T> {
  if (visit === undefined)
    return traverse<ChangesetError, T>(
      cs,
      (at, error) => translate(at, error) as T,
      (at) => at.errors,
    );
  return traverse(cs, visitor<ChangesetError, T>(visit), (at) => at.errors);
}

/** The validations of a changeset and those below it, by field. */
export function traverseValidations<T>(
  cs: ChangesetState,
  visit: ((validation: Validation) => T) | ((changeset: never, field: string, validation: Validation) => T),
): Traversed<T> {
  return traverse(cs, visitor<Validation, T>(visit), (at) => at.validations);
}

type Visit<E, T> = (cs: ChangesetState, entry: E) => T;

function visitor<E extends { readonly field: string }, T>(
  visit: ((entry: E) => T) | ((changeset: never, field: string, entry: E) => T),
): Visit<E, T> {
  if (typeof visit !== "function")
    throw new ArgumentError("a traversal takes a function of one entry, or of the changeset, the field and the entry");
  if (visit.length === 3)
    return (cs, entry) => (visit as (changeset: never, field: string, entry: E) => T)(cs as never, entry.field, entry);
  return (_, entry) => (visit as (entry: E) => T)(entry);
}

/** Errors of a changeset and of the changesets below it, by field. */
export function traverse<E extends { readonly field: string }, T>(
  cs: ChangesetState,
  visit: Visit<E, T>,
  entriesOf: (cs: ChangesetState) => readonly E[],
): Traversed<T> {
  const result: Traversed<T> = {};
  for (const entry of entriesOf(cs)) {
    const value = visit(cs, entry);
    const list = Object.hasOwn(result, entry.field) ? (result[entry.field] as T[]) : null;
    if (list === null) result[entry.field] = [value];
    else list.push(value);
  }
  for (const name of Object.keys(cs.changes)) {
    const below = traverseChange(cs.changes[name], visit, entriesOf);
    if (below !== null) result[name] = below;
  }
  return result;
}

/** Nested results: those of a list keep their places, behind which what is left out counts only where it has some; where there are none at all, nothing. */
function traverseChange<E extends { readonly field: string }, T>(
  change: unknown,
  visit: Visit<E, T>,
  entriesOf: (cs: ChangesetState) => readonly E[],
): Traversed<T> | Traversed<T>[] | null {
  if (isChangeset(change)) {
    const below = traverse(change, visit, entriesOf);
    return isEmpty(below) ? null : below;
  }
  if (!Array.isArray(change) || !change.some(isChangeset)) return null;
  const list = change.map((one) => traverse(one as ChangesetState, visit, entriesOf));
  for (let at = list.length - 1; isReplaced(change[at]) && isEmpty(list[at] as object); at--) list.pop();
  return list.every(isEmpty) ? null : list;
}

function isReplaced(entry: unknown): boolean {
  return isChangeset(entry) && entry.action === "replace";
}

function isEmpty(value: object): boolean {
  return Object.keys(value).length === 0;
}
