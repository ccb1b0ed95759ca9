import type { Packing } from "../core/plan/index.ts";
import { hex } from "./codecs.ts";

/** Lists of values are one JSON text of all rows, for `json_each(?)`. Bytes are in hexadecimal digits. */
export const packing: Packing = {
  by: "rows",
  // Of a float's digits not every release of SQLite makes the same float again, and "any" may be one.
  holds: ({ storage }) => storage !== "float" && storage !== "any",
  pack(rows) {
    const texts = new Array<string>(rows.length);
    for (let at = 0; at < rows.length; at++) texts[at] = `[${(rows[at] as readonly unknown[]).map(cell).join(",")}]`;
    return `[${texts.join(",")}]`;
  },
};

function cell(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  return value instanceof Uint8Array ? `"${hex(value)}"` : String(value);
}
