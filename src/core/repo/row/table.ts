// Which table a struct is of, and is of after it was written.
import type { TableRef } from "../../plan/index.ts";
import { type Meta, meta, type SchemaInfo, setMeta } from "../../schema/index.ts";
import type { SharedOptions } from "../engine/index.ts";

/** The table that a struct is of; the option wins over what the struct says. */
export function tableOf(meta: Meta, options: SharedOptions): TableRef {
  return { prefix: options.prefix ?? meta.prefix, name: meta.source as string, schema: meta.schema, context: meta.context };
}

/** The prefix of rows that are written along with a struct: the option's, else that of their own schema, else the struct's. */
export function besidePrefix(info: SchemaInfo | null, struct: object, options: SharedOptions): string | undefined {
  return options.prefix ?? info?.prefix ?? meta(struct).prefix ?? undefined;
}

/** Tells tables apart in the keys of plans; nothing for the schema's own. */
export function tableKey(info: SchemaInfo, { name, prefix, context }: TableRef): string {
  const own = context === info.context ? "" : `@${contextKey(context)}`;
  if (name === info.source && prefix === info.prefix) return own;
  return `${name.length}:${name}${prefix === null ? "" : `${prefix.length}:${prefix}`}${own}`;
}

// The adapter may write other SQL for another context, whatever that is: objects are told apart by themselves.
const contexts = new WeakMap<object, number>();
let nextContext = 1;

function contextKey(context: unknown): string {
  if ((typeof context !== "object" && typeof context !== "function") || context === null) {
    const text = String(context);
    return `${typeof context}${text.length}:${text}`;
  }
  const known = contexts.get(context) ?? nextContext++;
  contexts.set(context, known);
  return `${known};`;
}

/** Says of a struct that was just made, and has no meta of its own, where it is now. */
export function markWritten(info: SchemaInfo, struct: object, meta: Meta, table: TableRef, state: Meta["state"]): void {
  const own = info.loadedMeta;
  const usual = state === "loaded" && table.name === own.source && table.prefix === own.prefix && meta.context === own.context;
  // A struct without meta is as a query loads it.
  if (usual) return;
  setMeta(struct, Object.freeze({ schema: meta.schema, source: table.name, prefix: table.prefix, state, context: meta.context }));
}
