import type { TargetResult } from "../race.ts";
import { bestOf, librariesOf, OWN, pipelinedByHand } from "./libraries.ts";
import { titleOf } from "./section.ts";

// Each row is a line, each library a mark on it, at its time as a multiple of the driver by hand; the axis is logarithmic. Text is text, and
// the picture has a background of its own, so that it can be read wherever it stands.

const WIDTH = 860;
const LEFT = 210;
const RIGHT = 30;
const LINE = 24;
const TICKS = [0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500];
/** Colours that people tell apart who see few, on light and on dark; the marks differ in shape as well. */
const COLOURS = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#8a8a8a"];

const STYLE = `
  text { font: 12px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #1f2328; }
  .title { font-weight: 600; font-size: 13px; }
  .small { font-size: 11px; fill: #59636e; }
  .own { font-weight: 600; fill: #b3261e; }
  .mark-own { fill: #d4342a; }
  .background { fill: #ffffff; }
  .grid { stroke: #d8dee4; stroke-width: 1; }
  .hand { stroke: #59636e; stroke-width: 1.5; }
  .pipelined { stroke: #59636e; stroke-width: 4; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .small { fill: #9198a1; }
    .own { fill: #ff8a80; }
    .mark-own { fill: #ff6b60; }
    .background { fill: #0d1117; }
    .grid { stroke: #30363d; }
    .hand, .pipelined { stroke: #9198a1; }
  }`;

/** @returns the text of an SVG file */
export function chart(results: readonly TargetResult[]): string {
  const libraries = [...new Set(results.flatMap(({ contenders }) => librariesOf(contenders)))];
  const peers = libraries.filter((name) => name !== OWN);
  const ratios = results.flatMap(({ rows }) =>
    rows.flatMap((row) => [...libraries.map((name) => bestOf(row, name)), pipelinedByHand(row)].flatMap((best) => best?.ratio ?? [])),
  );
  const scale = scaleOf(ratios);
  const parts: string[] = [];
  let y = 24;
  parts.push(text(16, y, "Time of one operation as a multiple of the driver by hand (less is better)", "title"));
  y += 24;
  let x = 16;
  for (const name of [OWN, ...peers]) {
    parts.push(mark(name, peers, x + 5, y - 4), text(x + 16, y, name, name === OWN ? "own" : ""));
    x += 34 + name.length * 6.6;
  }
  if (results.some(({ rows }) => rows.some((row) => pipelinedByHand(row) !== null)))
    parts.push(pipelined(x + 3, y - 4), text(x + 12, y, "by hand, pipelined"));
  y += 14;
  for (const result of results) {
    y += 26;
    parts.push(text(16, y, titleOf(result), "title"));
    const top = y + 8;
    const bottom = top + result.rows.length * LINE;
    for (const tick of scale.ticks) {
      const at = scale.at(tick);
      parts.push(`<line class="${tick === 1 ? "hand" : "grid"}" x1="${at}" y1="${top}" x2="${at}" y2="${bottom}"/>`);
      parts.push(text(at, bottom + 14, `${tick}×`, "small", "middle"));
    }
    for (const [index, row] of result.rows.entries()) {
      const middle = top + index * LINE + LINE / 2;
      parts.push(text(LEFT - 22, middle + 4, row.title, "", "end"));
      const together = pipelinedByHand(row);
      if (together !== null) parts.push(pipelined(scale.at(together.ratio), middle));
      for (const name of [...peers, OWN]) {
        const best = bestOf(row, name);
        if (best === null) continue;
        parts.push(mark(name, peers, scale.at(best.ratio), middle));
      }
    }
    y = bottom + 18;
  }
  const height = y + 14;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="name">
<title id="name">ectype beside other libraries: time of one operation as a multiple of the driver by hand</title>
<style>${STYLE}
</style>
<rect class="background" width="${WIDTH}" height="${height}" rx="6"/>
${parts.join("\n")}
</svg>
`;
}

function scaleOf(ratios: readonly number[]): { at(ratio: number): number; ticks: number[] } {
  const low = Math.min(0.8, ...ratios) * 0.9;
  const high = Math.max(2, ...ratios) * 1.1;
  const width = WIDTH - LEFT - RIGHT;
  const at = (ratio: number) => round(LEFT + (width * Math.log(ratio / low)) / Math.log(high / low));
  return { at, ticks: TICKS.filter((tick) => tick >= low && tick <= high) };
}

function pipelined(x: number, y: number): string {
  return `<line class="pipelined" x1="${x}" y1="${y - 7}" x2="${x}" y2="${y + 7}"/>`;
}

function mark(name: string, peers: readonly string[], x: number, y: number): string {
  if (name === OWN) return `<path class="mark-own" d="M${x} ${y - 8}l8 8l-8 8l-8-8z"/>`;
  const index = peers.indexOf(name);
  const fill = `fill="${COLOURS[index % COLOURS.length]}"`;
  switch (index % 3) {
    case 0:
      return `<circle ${fill} cx="${x}" cy="${y}" r="5"/>`;
    case 1:
      return `<rect ${fill} x="${round(x - 4.5)}" y="${y - 4.5}" width="9" height="9"/>`;
    default:
      return `<path ${fill} d="M${x} ${y - 6}l5.5 10h-11z"/>`;
  }
}

function text(x: number, y: number, content: string, style = "", anchor = "start"): string {
  return `<text x="${round(x)}" y="${y}"${style === "" ? "" : ` class="${style}"`}${anchor === "start" ? "" : ` text-anchor="${anchor}"`}>${escape(content)}</text>`;
}

const round = (number: number) => Math.round(number * 10) / 10;
const escape = (content: string) => content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
