import type { TargetResult } from "../race.ts";

/** A table in Markdown: microseconds of an operation, and in brackets the ratio to the driver by hand. */
export function table({ target, version, contenders, rows }: TargetResult): string {
  const cells = contenders.map((name) => [
    name,
    ...rows.map(({ measured }) => {
      const found = measured[name];
      return found === undefined ? "" : `${microseconds(found.wall)} (${found.ratio?.toFixed(2) ?? "?"})`;
    }),
  ]);
  const head = [`${version}, ${target}`, ...rows.map(({ title }) => title)];
  const line = (texts: readonly string[]) => `| ${texts.join(" | ")} |`;
  return [line(head), line(head.map((_, at) => (at === 0 ? "---" : "---:"))), ...cells.map(line)].join("\n");
}

function microseconds(wall: number): string {
  return wall < 10 ? wall.toFixed(1) : Math.round(wall).toLocaleString("en");
}
