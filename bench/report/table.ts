import type { TargetResult } from "../race.ts";

/** A table in Markdown: microseconds of an operation, and in brackets the ratio to the driver by hand. Below it stands why a place is empty. */
export function table({ target, version, contenders, rows, lacks, absent }: TargetResult): string {
  const cells = contenders.map((name) => [
    name,
    ...rows.map(({ measured }) => {
      const found = measured[name];
      return found === undefined ? "–" : `${microseconds(found.wall)} (${found.ratio?.toFixed(2) ?? "?"})`;
    }),
  ]);
  const head = [`${version}, ${target}`, ...rows.map(({ title }) => title)];
  const notes = [
    ...contenders
      .filter((name) => rows.some(({ measured }) => measured[name] === undefined))
      .map((name) => [name, lacks[name] ?? "it failed"]),
    ...Object.entries(absent),
  ];
  return [...tableOf(head, cells), ...(notes.length > 0 ? [""] : []), ...notes.map(([name, why]) => `- –, ${name}: ${why}.`)].join("\n");
}

export function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (texts: readonly string[]) => `| ${texts.join(" | ")} |`;
  return [line(head), line(head.map((_, at) => (at === 0 ? "---" : "---:"))), ...rows.map(line)];
}

export function microseconds(wall: number): string {
  return wall < 10 ? wall.toFixed(1) : Math.round(wall).toLocaleString("en");
}
