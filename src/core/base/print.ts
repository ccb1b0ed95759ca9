/** The hook that `console.log` and `util.inspect` call. */
export const INSPECT: unique symbol = Symbol.for("nodejs.util.inspect.custom") as never;

/** A value that prints itself: `flat` text where it fits, or a group that may be broken over lines. */
export interface Printable {
  [PRINT](seen?: Set<object>): Doc;
}
/** What stands where the value of a redacted field would. */
export const REDACTED = "**redacted**";
export const PRINT: unique symbol = Symbol("ectype.print");

/** Text, or a bracketed group of entries that goes on one line where it fits and on a line each where not. */
export type Doc = string | { readonly open: string; readonly entries: readonly Entry[]; readonly close: string };
export interface Entry {
  readonly label?: string;
  readonly doc: Doc;
}

const WIDTH = 80;
const MAX_ITEMS = 100;
const MAX_DEPTH = 100;

/**
 * Prints any value as ectype does everywhere: structs, changesets, queries, errors and the console.
 * Strings are in double quotes; nothing is cut short but lists over 100 entries, and what lies deeper than 100 levels; a cycle prints as `[Circular]`.
 * @example print(change(movie, { title: "Bright" }).changes) // => { title: "Bright" }
 * @see Elixir: inspect/2
 */
export function print(value: unknown, width: number = WIDTH): string {
  return render(toDoc(value, new Set()), 0, width);
}

/**
 * Any value as ectype prints it: structs, changesets and queries in Ecto's manner.
 * @example inspect({ title: "Bright" }) // => { title: "Bright" }
 * @see Elixir: inspect/2
 */
export function inspect(value: unknown): string {
  return print(value);
}

/** Lays a document out within a width of columns. */
export function renderDoc(doc: Doc, width: number = WIDTH): string {
  return render(doc, 0, width);
}

/** The document of any value; `seen` holds the containers on the way down, so that cycles end. */
export function toDoc(value: unknown, seen: Set<object> = new Set()): Doc {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "symbol") return value.toString();
  if (typeof value === "function") return `[Function ${value.name || "anonymous"}]`;
  if (typeof value !== "object" || value === null) return Object.is(value, -0) ? "-0" : String(value);
  if (seen.has(value)) return "[Circular]";
  if (seen.size > MAX_DEPTH) return "…";
  seen.add(value);
  const doc = objectDoc(value, seen);
  seen.delete(value);
  return doc;
}

function objectDoc(value: object, seen: Set<object>): Doc {
  const printer = (value as Partial<Printable>)[PRINT];
  if (typeof printer === "function") return printer.call(value, seen);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "Invalid Date" : `Date(${value.toISOString()})`;
  if (value instanceof RegExp) return String(value);
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (value instanceof Uint8Array) return bytesDoc(value);
  if (Array.isArray(value)) return listDoc("[", value, "]", seen);
  if (value instanceof Set) return listDoc("Set {", [...value], "}", seen);
  if (value instanceof Map)
    return entriesDoc(
      "Map ",
      [...value].map(([k, v]) => [print(k), v]),
      seen,
    );
  const proto: unknown = Object.getPrototypeOf(value);
  if (proto === Object.prototype || proto === null) return entriesDoc("", Object.entries(value), seen);
  const name = (value.constructor as { name?: string } | undefined)?.name ?? "Object";
  // Value classes such as Decimal and the Temporal types say best themselves what they are.
  if (typeof (value as { toJSON?: unknown }).toJSON === "function") return `${name}(${String(value)})`;
  return entriesDoc(`${name} `, Object.entries(value), seen);
}

function bytesDoc(bytes: Uint8Array): Doc {
  const shown = Array.from(bytes.subarray(0, 50), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
  return `<<${shown}${bytes.length > 50 ? ` … ${bytes.length - 50} more bytes` : ""}>>`;
}

function listDoc(open: string, items: readonly unknown[], close: string, seen: Set<object>): Doc {
  const entries: Entry[] = items.slice(0, MAX_ITEMS).map((item) => ({ doc: toDoc(item, seen) }));
  if (items.length > MAX_ITEMS) entries.push({ doc: `… ${items.length - MAX_ITEMS} more` });
  return { open, entries, close };
}

function entriesDoc(prefix: string, pairs: readonly (readonly [string, unknown])[], seen: Set<object>): Doc {
  return { open: `${prefix}{`, entries: pairs.map(([key, item]) => ({ label: label(key), doc: toDoc(item, seen) })), close: "}" };
}

/** A key as it is written in an object: bare where it can be. */
export function label(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key);
}

function flat(doc: Doc): string {
  if (typeof doc === "string") return doc;
  const inner = doc.entries.map((entry) => (entry.label === undefined ? flat(entry.doc) : `${entry.label}: ${flat(entry.doc)}`)).join(", ");
  const pad = doc.open.endsWith("{") && inner !== "" ? " " : "";
  return doc.open + pad + inner + pad + doc.close;
}

function render(doc: Doc, indent: number, width: number): string {
  const line = flat(doc);
  if (typeof doc === "string" || doc.entries.length === 0 || (line.length + indent <= width && !line.includes("\n"))) return line;
  const inside = indent + 2;
  const lines = doc.entries.map((entry) => {
    const head = entry.label === undefined ? "" : `${entry.label}: `;
    return " ".repeat(inside) + head + render(entry.doc, inside, width);
  });
  // What stands in angle brackets reads the same on one line and on several.
  if (doc.open.endsWith("<")) return `${doc.open}${lines.join(",\n").trimStart()}${doc.close}`;
  return `${doc.open}\n${lines.join(",\n")}\n${" ".repeat(indent)}${doc.close}`;
}

/** A text of at most so many characters; "…" stands for what is cut off. */
export function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, between(text, length))}…`;
}

/** The place itself, or the one before it where a cut would part the two halves of a character. */
export function between(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff ? at - 1 : at;
}

/** A statement as the message of an error shows it: of a long one its beginning, since all of it is in the error's `sql`. */
export function shownSql(sql: string): string {
  return cut(sql, 2000);
}
