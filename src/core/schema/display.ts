import { type Doc, type Entry, print, REDACTED, renderDoc, toDoc } from "../base/index.ts";
import { meta, structInfo } from "./meta.ts";

/** A struct as it prints: its meta, its fields in the order of their declaration, its associations. */
export function structDoc(struct: object, seen: Set<object> = new Set([struct])): Doc {
  const info = structInfo(struct);
  const values = struct as Record<string, unknown>;
  const entries: Entry[] = [];
  if (info.source !== null) entries.push({ label: "#meta", doc: metaText(struct) });
  for (const field of info.allFields()) {
    if (!(field.name in values)) continue;
    const hidden = field.redact && !info.inspectRedacted && values[field.name] !== null;
    entries.push({ label: field.name, doc: hidden ? REDACTED : toDoc(values[field.name], seen) });
  }
  for (const name of info.associations) entries.push({ label: name, doc: toDoc(values[name], seen) });
  return { open: `${info.name} {`, entries, close: "}" };
}

/** The text of a struct, for `console.log`. */
export function structText(struct: object): string {
  return renderDoc(structDoc(struct));
}

function metaText(struct: object): string {
  const { state, source, prefix } = meta(struct);
  const where = prefix === null ? print(source) : `${print(prefix)}, ${print(source)}`;
  return `<${state}, ${where}>`;
}

/** A field's value as messages may show it. */
export function shown(struct: object, field: string, value: unknown): string {
  return structInfo(struct).field(field)?.redact ? REDACTED : print(value);
}
