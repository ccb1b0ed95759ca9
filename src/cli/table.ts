import { print } from "../core/base/index.ts";

/** A cell's text: strings as they are, but for what would break the line or steer the terminal. */
function cellText(value: unknown): string {
  if (typeof value === "bigint") return String(value);
  if (typeof value !== "string") return print(value, Number.POSITIVE_INFINITY);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return value.replace(/[\u0000-\u001f\u007f-\u009f]/g, escaped);
}

const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function escaped(character: string): string {
  return SHORT[character] ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
}

/** A table of rows under its columns' names; numbers stand to the right. */
export function textTable(columns: readonly string[], rows: readonly (readonly unknown[])[]): string[] {
  const cells = rows.map((row) => columns.map((_, i) => cellText(row[i])));
  const names = columns.map(cellText);
  const widths = names.map((name, i) => Math.max(width(name), ...cells.map((row) => width(row[i] ?? ""))));
  const right = columns.map((_, i) => rows.length > 0 && rows.every((row) => row[i] === null || /^(number|bigint)$/.test(typeof row[i])));
  const line = (texts: readonly string[], toRight: readonly boolean[]) =>
    ` ${texts.map((text, i) => pad(text, widths[i] ?? 0, toRight[i] ?? false)).join(" | ")}`.trimEnd();
  return [line(names, []), widths.map((one) => "-".repeat(one + 2)).join("+"), ...cells.map((row) => line(row, right))];
}

function pad(text: string, to: number, right: boolean): string {
  const space = " ".repeat(Math.max(0, to - width(text)));
  return right ? space + text : text + space;
}

// Wide and combining characters, near enough for a terminal.
const WIDE =
  /\p{Extended_Pictographic}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}]/u;

function width(text: string): number {
  let total = 0;
  for (const character of text) total += WIDE.test(character) ? 2 : /\p{Mark}/u.test(character) ? 0 : 1;
  return total;
}
