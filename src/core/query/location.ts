import { between, CastError, cut, EctypeError, QueryError } from "../base/index.ts";
import { type Comparison, comparisons } from "./param.ts";
import { type Clause, inspectQuery, MARKS, markedClauses, markedNode, type Part } from "./inspect.ts";
import type { Node, QueryState } from "./node.ts";

const MAX_QUERY = 1000;
const MAX_CLAUSE = 400;
/** How much of a clause is shown around a part that is marked in it. */
const WINDOW = 110;

/**
 * Says at the end of an error's message where in a query it arose: the query, the clause, and carets under the very part of it.
 * @param trail the clause, and behind it the parts of it that lead to the error, the innermost last; nothing where that is not known
 */
export function locateError(error: unknown, query: QueryState, trail: readonly Part[]): void {
  if (error instanceof EctypeError) addLocation(error, query, () => clauseText(query, trail));
}

/** Once: an error of an inner query is marked there. */
function addLocation(error: EctypeError, query: QueryState, location: () => string): void {
  if (error.message.includes("\nin query: ")) return;
  extend(error, `\nin query: ${queryText(query)}${location()}`);
}

/**
 * Runs a callback of a query. To a value in it that cannot be cast, adds the query so far and the comparison; to any error of a query
 * that is built inside the callback, that query and the one around it.
 */
export function located<T>(query: QueryState, fn: () => T): T {
  try {
    return fn();
  } catch (error) {
    if (error instanceof EctypeError) {
      const inner = seenIn.get(error);
      // A callback may be inside another of the same query, which by then may have a join more: its root tells it.
      if (inner !== undefined && inner.source !== query.source) {
        addLocation(error, inner, () => "");
        nameOuter(error, query);
      } else if (error instanceof CastError) addLocation(error, query, () => comparisonText(query, comparisons.get(error)));
      seenIn.set(error, query);
    }
    throw error;
  }
}

/** Adds to an error that names the query it arose in the query around that one. */
export function nameOuter(error: unknown, query: QueryState): void {
  if (error instanceof EctypeError && error.message.includes("\nin query: ")) extend(error, `\nin outer query: ${queryText(query)}`);
}

/** The query that an error was last seen in, on its way out of callbacks in each other. */
const seenIn = new WeakMap<EctypeError, QueryState>();

function queryText(query: QueryState): string {
  return cut(onOneLine(inspectQuery(query)), MAX_QUERY);
}

/** The stack, which is what an uncaught error prints, holds the message as it was. */
function extend(error: EctypeError, more: string): void {
  const { message, stack } = error;
  error.message = message + more;
  if (stack !== undefined) error.stack = stack.replace(message, () => error.message);
}

/** @throws QueryError always, about a condition that a callback of the query built for nothing */
export function refuseDropped(query: QueryState, clause: string, node: Node): never {
  const error = new QueryError(
    `${clause}: a condition was built that is not in what the callback returns, so that the query would go without it. JavaScript's && and ?: only choose one of their sides: use .and(), .or(), .not() or caseWhen(), and build nothing that is not returned`,
  );
  addLocation(error, query, () => pointed("", onOneLine(markedNode(query, node, node)), true));
  throw error;
}

function comparisonText(query: QueryState, found: Comparison | undefined): string {
  return found ? pointed("", onOneLine(markedNode(query, found.node, found.value)), true) : "";
}

/** The innermost part that is printed by itself: a default select, for one, is not. */
function clauseText(query: QueryState, trail: readonly Part[]): string {
  for (let depth = trail.length; depth > 0; depth--) {
    const found = markedClauses(query, trail.slice(0, depth)).find(isMarked);
    if (found) return pointed(found.label, onOneLine(found.text), depth > 1);
  }
  return "";
}

// A fragment may hold any character, the marks' own too; then nothing is marked.
function isMarked({ text }: Clause): boolean {
  return text.split(MARKS.open).length === 2 && text.split(MARKS.close).length === 2;
}

/** The clause, or as much of it as stands around the marked part, and carets under that part. */
function pointed(label: string, marked: string, carets: boolean): string {
  const text = marked.replace(MARKS.open, "").replace(MARKS.close, "");
  if (!carets) return `\nhere: ${label}${cut(text, MAX_CLAUSE)}`;
  const start = marked.indexOf(MARKS.open);
  const end = marked.indexOf(MARKS.close) - 1;
  const from = between(text, windowStart(text.length, start, end));
  const to = between(text, Math.min(text.length, from + WINDOW));
  const head = `here: ${label}${from > 0 ? "…" : ""}`;
  const under = " ".repeat(head.length + start - from) + "^".repeat(Math.max(1, Math.min(end, to) - start));
  return `\n${head}${text.slice(from, to)}${to < text.length ? "…" : ""}\n${under}`;
}

/** The part in the middle; where it is wider than the window, its beginning. */
function windowStart(length: number, start: number, end: number): number {
  const room = Math.max(0, WINDOW - (end - start));
  return Math.max(0, Math.min(start - Math.floor(room / 2), length - WINDOW));
}

function onOneLine(text: string): string {
  return text.replace(/\s*[\r\n]\s*/g, " ").replace(/[\t\v\f]/g, " ");
}
