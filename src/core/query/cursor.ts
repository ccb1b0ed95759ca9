import { ArgumentError } from "../base/index.ts";
import { type Type, types } from "../type/index.ts";
import { typeOfNode } from "./expr.ts";
import type { Node, Order } from "./node.ts";

/** One term of a page's order: what is compared, which way, and where null stands. */
export interface Key {
  readonly node: Node;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
  readonly nullable: boolean;
}

/** An order term as a key. Where a column may be null its place is always said, so that every database pages alike. */
export function keyOf({ node, direction }: Order): Key {
  const descending = direction.startsWith("desc");
  const nullsFirst = direction.endsWith("First") || direction === "desc";
  return { node, descending, nullsFirst, nullable: mayBeNull(node) };
}

function mayBeNull(node: Node): boolean {
  if (node.kind !== "column" || !("info" in node.of) || node.of.kind === "assoc") return true;
  const field = node.of.info?.field(node.field);
  return !field || (field.nullable && !field.primaryKey);
}

export function orderOf({ node, descending, nullsFirst, nullable }: Key): Order {
  const way = descending ? "desc" : "asc";
  return { node, direction: nullable ? `${way}Nulls${nullsFirst ? "First" : "Last"}` : way };
}

export function backwards(key: Key): Key {
  return { ...key, descending: !key.descending, nullsFirst: !key.nullsFirst };
}

// A Date holds milliseconds, a column may hold more: moments travel as the database's own text, so that no row is lost between two.
function asText(type: Type | null): boolean {
  return type?.storage === "utc_datetime";
}

/** What a page reads beside each row, for its cursor. */
export function selected({ node }: Key): Node {
  return asText(typeOfNode(node)) ? { kind: "cast", arg: node, type: types.string() } : node;
}

/** A cursor's value as it is compared with the key. */
export function compared({ node }: Key, value: unknown): Node {
  const type = typeOfNode(node);
  if (asText(type)) return { kind: "cast", arg: { kind: "param", value, type: types.string() }, type: type as Type };
  return { kind: "param", value, type };
}

/** A text that stands for the place of a row in an order: opaque, but no secret. */
export function encodeCursor(keys: readonly Key[], values: readonly unknown[]): string {
  return base64(JSON.stringify([signature(keys), ...values.map((value, at) => jsonOf((keys[at] as Key).node, value))]));
}

function jsonOf(node: Node, value: unknown): unknown {
  const type = typeOfNode(node);
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (type?.toJson && !asText(type)) return type.toJson(value as never);
  return String(value);
}

/** @throws ArgumentError for a text that is no cursor, or one of another order */
export function decodeCursor(keys: readonly Key[], cursor: unknown): readonly unknown[] {
  const parts = parsed(cursor);
  if (!parts) throw new ArgumentError("paginate: this is no cursor that paginate made");
  const [signed, ...values] = parts;
  if (signed !== signature(keys) || values.length !== keys.length)
    throw new ArgumentError("paginate: the cursor belongs to another order of the rows. Begin anew without one");
  return values.map((value, at) => valueOf((keys[at] as Key).node, value));
}

function valueOf(node: Node, value: unknown): unknown {
  const type = typeOfNode(node);
  if (value === null || type === null) return value;
  const cast = asText(type) ? types.string().cast(value) : type.cast(value);
  if (cast.ok) return cast.value;
  throw new ArgumentError(`paginate: the cursor holds a value that is no ${type.name}`);
}

function parsed(cursor: unknown): readonly unknown[] | null {
  if (typeof cursor !== "string" || !/^[\w-]+$/.test(cursor)) return null;
  try {
    const bytes = Uint8Array.from(atob(cursor.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
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

/** The order in a few letters, by which a cursor of another one is known. */
function signature(keys: readonly Key[]): string {
  const text = keys
    .map(({ node, descending, nullsFirst }) => `${node.kind === "column" ? node.field : node.kind}${descending}${nullsFirst}`)
    .join();
  let hash = 5381;
  for (let at = 0; at < text.length; at++) hash = (Math.imul(hash, 33) ^ text.charCodeAt(at)) >>> 0;
  return hash.toString(36);
}
