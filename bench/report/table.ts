import type { TargetResult } from "../race.ts";
import { emptyCell, partialForms, UNSAID } from "./libraries.ts";

/** A table in Markdown: microseconds of an operation, and in brackets the ratio to the driver by hand. Below it stands why a place is empty. */
export function table(result: TargetResult): string {
  const { target, version, contenders, rows, lacks, absent } = result;
  const cells = contenders.map((name) => [
    name,
    ...rows.map((row) => {
      const found = row.measured[name];
      return found === undefined
        ? emptyCell(result, row, (form) => form === name)
        : `${microseconds(found.wall)} (${found.ratio?.toFixed(2) ?? "?"})`;
    }),
  ]);
  const head = [`${version}, ${target}`, ...rows.map(({ title }) => title)];
  const notes = [...partialForms(result).map((name) => [name, lacks[name] ?? UNSAID]), ...Object.entries(absent)];
  return [...tableOf(head, cells), ...(notes.length > 0 ? [""] : []), ...notes.map(([name, why]) => `- –, ${name}: ${why}.`)].join("\n");
}

export function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (texts: readonly string[]) => `| ${texts.join(" | ")} |`;
  return [line(head), line(head.map((_, at) => (at === 0 ? "---" : "---:"))), ...rows.map(line)];
}

export function microseconds(wall: number): string {
  return wall < 10 ? wall.toFixed(1) : Math.round(wall).toLocaleString("en");
}
