import { ArgumentError } from "../base/index.ts";
import { castValue, Decimal, storedType, type Type, types } from "../type/index.ts";
import { hiddenAs, typeOfNode } from "./node-type.ts";
import { markedNode } from "./inspect.ts";
import { isListText } from "./list-text.ts";
import { equal, type Node, type Order, type QueryState, type Source } from "./node.ts";
import { valueType } from "./value-type.ts";

/** One term of a page's order: what is compared, which way, and where null stands. */
export interface Key {
  readonly node: Node;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
  readonly nullable: boolean;
}

/** An order term as a key. Where a column may be null its place is always said, so that every database pages alike. */
export function keyOf(query: QueryState, { node, direction }: Order): Key {
  const descending = direction.startsWith("desc");
  const nullsFirst = direction.endsWith("First") || direction === "desc";
  return { node, descending, nullsFirst, nullable: mayBeNull(query, node) };
}

function mayBeNull(query: QueryState, node: Node): boolean {
  if (node.kind !== "column" || !("info" in node.of) || mayBeMissing(query, node.of)) return true;
  const field = node.of.info?.field(node.field);
  return !field || (field.nullable && !field.primaryKey);
}

/** Whether a row may have no such source: the far side of an outer join. */
function mayBeMissing({ source, joins }: QueryState, of: Key["node"] | object): boolean {
  if (joins.some(({ kind }) => kind === "right" || kind === "full")) return true;
  return of !== source && joins.some((join) => join.source === of && (join.kind === "left" || join.kind === "leftLateral"));
}

export function orderOf({ node, descending, nullsFirst, nullable }: Key): Order {
  const way = descending ? "desc" : "asc";
  return { node, direction: nullable ? `${way}Nulls${nullsFirst ? "First" : "Last"}` : way };
}

export function backwards(key: Key): Key {
  return { ...key, descending: !key.descending, nullsFirst: !key.nullsFirst };
}

// A cursor holds what the database has, not what a type makes of it: only so does each row find its own place again.

/** How the values of a key are held: as the database's text of them, as their type stores them, or as the driver has them. */
type Holding = { readonly by: "text"; readonly type: Type } | { readonly by: "type"; readonly type: Type } | { readonly by: "value" };

function holdingOf(node: Node): Holding {
  const type = typeOfNode(node);
  // A value inside JSON says by itself what it is, and what SQLite computes of decimals is no decimal any more.
  if (type === null || isJsonPath(node) || (type.storage === "decimal" && node.kind !== "column")) return { by: "value" };
  // Lists and JSON have many texts for one value.
  const isText = type.storage === "array" || type.storage === "json" || type.storage === "vector";
  return { by: isText ? "text" : "type", type };
}

function isJsonPath(node: Node): boolean {
  return node.kind === "json" && !node.asText;
}

/** What a page reads beside each row, for its cursor. */
export function selected({ node }: Key): Node {
  const held = holdingOf(node);
  if (held.by === "value") return { kind: "fragment", parts: [node], type: types.any() };
  const { type } = held;
  if (held.by === "text") return { kind: "cast", arg: node, type: types.string() };
  const stored = storedType(type);
  const same = type.load === null && !type.handlesNull && stored.storage === type.storage;
  return same ? node : { kind: "fragment", parts: [node], type: stored };
}

/** A cursor's value as it is compared with the key. */
export function compared({ node }: Key, value: unknown): Node {
  const held = holdingOf(node);
  const param = (as: Type | null): Node => ({ kind: "param", value, type: as && hiddenAs(node, as) });
  if (held.by === "value") return param(isJsonPath(node) ? (valueType(value) ?? types.json()) : null);
  const { type } = held;
  if (held.by === "text") return node.kind === "column" ? param(types.string()) : { kind: "cast", arg: param(types.string()), type };
  // The column may hold smaller numbers than its type, and a bare parameter takes the column's.
  return isLarge(value) ? { kind: "cast", arg: param(storedType(type)), type } : param(storedType(type));
}

/** That a key and a cursor's value are equal: as the order has it, in which decimals of different texts may be. */
export function equalTo(key: Key, value: unknown): Node {
  const { node } = key;
  if (node.kind !== "column" || node.type?.storage !== "decimal") {
    return equal(node, compared(key, value));
  }
  return { kind: "between", arg: node, low: compared(key, value), high: compared(key, value), negated: false };
}

function isLarge(value: unknown): boolean {
  if (typeof value === "bigint") return value !== BigInt.asIntN(32, value);
  return typeof value === "number" && Number.isInteger(value) && value !== (value | 0);
}

// More than any URL takes, and little enough to be read at once.
const MAX_LENGTH = 2 ** 20;

/**
 * A text that stands for the place of a row in an order: opaque, but no secret.
 * @throws ArgumentError where the values are too long for one
 */
export function encodeCursor(query: QueryState, keys: readonly Key[], values: readonly unknown[]): string {
  const cursor = base64(JSON.stringify([signature(query, keys), ...keys.map(({ node }, at) => jsonOf(node, values[at]))]));
  if (cursor.length <= MAX_LENGTH) return cursor;
  throw new ArgumentError(
    "paginate: the order of the rows goes by values of more than half a megabyte, too long for a cursor. Order by something shorter",
  );
}

function jsonOf(node: Node, value: unknown): unknown {
  const held = holdingOf(node);
  if (value === null || held.by === "text") return value;
  if (isJsonPath(node) && typeof value === "object" && Object.values(value).some(holdsExact)) {
    throw new ArgumentError(
      "paginate: the order of the rows goes by JSON that holds a number which JavaScript rounds, in an object or a list. Order by something in it",
    );
  }
  return storedType(held.by === "type" ? held.type : types.any()).toJson?.(value);
}

/** Whether there is a number among parsed JSON that has another form in a cursor. */
function holdsExact(value: unknown): boolean {
  if (typeof value === "bigint" || Decimal.isDecimal(value)) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(holdsExact);
}

/**
 * The values of a cursor, checked as far as they can be without the database.
 * @param arrays whether the database has texts of its own for lists, rather than JSON; null where that is not known
 * @throws ArgumentError for a text that is no cursor, or one of another query or order
 */
export function decodeCursor(query: QueryState, keys: readonly Key[], cursor: unknown, arrays: boolean | null): readonly unknown[] {
  const parts = parsed(cursor);
  if (!parts) throw new ArgumentError("paginate: this is no cursor that paginate made");
  const [signed, ...values] = parts;
  if (signed !== signature(query, keys) || values.length !== keys.length)
    throw new ArgumentError("paginate: the cursor belongs to another query, or to another order of its rows. Begin anew without one");
  return keys.map((key, at) => valueOf(key, values[at], arrays));
}

function valueOf({ node, nullable }: Key, value: unknown, arrays: boolean | null): unknown {
  if (value === null && nullable) return null;
  const type = typeOfNode(node);
  try {
    const held = holdingOf(node);
    if (held.by === "text") return checkedText(held.type, value, arrays);
    const stored = storedType(held.by === "type" ? held.type : types.any()).fromJson?.(value);
    if (held.by === "value" && type?.storage === "decimal") castValue("decimal", typeof stored === "number" ? String(stored) : stored);
    return stored;
  } catch (cause) {
    throw new ArgumentError(`paginate: the cursor holds a value that is no ${type?.name ?? "value of the order"}`, { cause });
  }
}

/** JSON, or a list as PostgreSQL writes it. @throws TypeError, SyntaxError */
function checkedText(type: Type, value: unknown, arrays: boolean | null): string {
  const text = storedType(types.string()).fromJson?.(value);
  if (typeof text !== "string") throw new TypeError("no text");
  if (type.storage === "array" && arrays !== false && isListText(type, text)) return text;
  const json: unknown = JSON.parse(text);
  if (type.storage === "array" && (arrays === true || !Array.isArray(json))) throw new TypeError("no list");
  storedType(types.json()).fromJson?.(json);
  return text;
}

function parsed(cursor: unknown): readonly unknown[] | null {
  if (typeof cursor !== "string" || cursor.length > MAX_LENGTH || !/^[\w-]+$/.test(cursor)) return null;
  try {
    const bytes = Uint8Array.from(atob(cursor.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
    return Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

function base64(text: string): string {
  let binary = "";
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The source and the order in a few letters, by which a cursor of another one is known. Conditions are not in it: they may change between two pages. */
function signature(query: QueryState, keys: readonly Key[]): string {
  const order = keys.map(({ node, descending, nullsFirst }) => `${markedNode(query, node, NOTHING)} ${descending} ${nullsFirst}`);
  const text = [sourceName(query.source), query.prefix ?? "", ...order].join("\n");
  let hash = 5381;
  for (let at = 0; at < text.length; at++) hash = (Math.imul(hash, 33) ^ text.charCodeAt(at)) >>> 0;
  return hash.toString(36);
}

const NOTHING: Node = { kind: "literal", value: null };

function sourceName(source: Source): string {
  switch (source.kind) {
    case "schema":
      return source.table;
    case "table":
    case "cte":
      return source.name;
    case "subquery":
      return `(${sourceName(source.query.source)})`;
    case "fragment":
    case "values":
      return source.kind;
  }
}
