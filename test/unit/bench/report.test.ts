import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Target } from "../../../bench/contender.ts";
import type { Measured, RowResult } from "../../../bench/race.ts";
import { chart } from "../../../bench/report/chart.ts";
import { bestPeer, slowerRows } from "../../../bench/report/libraries.ts";
import { section, targetRuns } from "../../../bench/report/section.ts";
import { table } from "../../../bench/report/table.ts";
import { between } from "../../../bench/report/write.ts";
import { exponentOf } from "../../../bench/side/growth.ts";
import { type Results, readResults, type TargetRun, writeResults } from "../../../bench/store.ts";

const folder = mkdtempSync(join(tmpdir(), "ectype-report-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const environment = {
  date: "2026-01-02",
  node: "20.20.2",
  machine: "a machine",
  load: 0.1,
  versions: { ectype: "0.1.0", kysely: "0.29.9" },
};

function row(title: string, ratios: Readonly<Record<string, number>>): RowResult {
  const measured = Object.entries(ratios).map(([form, ratio]): [string, Measured] => [
    form,
    { wall: ratio * 10, cpu: ratio * 10, ratio, rounds: [ratio * 10] },
  ]);
  return { name: title, title, measured: Object.fromEntries(measured) };
}

function run(target: Target, rows: readonly RowResult[]): TargetRun {
  const contenders = [...new Set(rows.flatMap(({ measured }) => Object.keys(measured)))];
  const lacks = { "ectype, prepared": "what is prepared is a query", "drizzle 1.0 rc, prepared": "it has a fixed number of rows" };
  const absent: Record<string, string> = target === "pg" ? { "typeorm 1": "it failed" } : {};
  return { environment, rounds: 9, time: 300, result: { target, version: "SQLite 3.53", contenders, rows, lacks, absent, failures: [] } };
}

const GET = row("get one", {
  raw: 1,
  ectype: 1.4,
  "ectype, prepared": 1.25,
  kysely: 2,
  "drizzle 1.0 rc": 3,
  "drizzle 1.0 rc, prepared": 1.2,
});
const GRAPH = row("insert graph", { raw: 1, "raw, pipelined": 0.5, ectype: 0.55, kysely: 1.4, "drizzle 1.0 rc": 1.5 });
const RESULTS: Results = {
  targets: { pg: run("pg", [GRAPH]), "better-sqlite3": run("better-sqlite3", [GET, GRAPH]) },
  side: {
    environment,
    side: {
      imports: [
        { name: "an empty script", database: null, milliseconds: 20.4 },
        { name: "ectype/sqlite", database: null, milliseconds: 31 },
        { name: "ectype", database: "sqlite", milliseconds: 40.2 },
        { name: "ectype", database: "postgres", milliseconds: 55.6 },
      ],
      bytes: [
        { name: "ectype", packed: 400_000, unpacked: 1_600_000, installed: 4_000_000, bundled: { sqlite: 90_000, postgres: 80_000 } },
      ],
      types: [{ name: "ectype", instantiations: 138_000, types: 30_000, seconds: 2.04, megabytes: 130 }],
      memory: [{ name: "ectype", rows: 100_000, bytes: 19_200_000 }],
      growth: [{ name: "ectype", operation: "list", times: [], exponent: 1.013 }],
    },
  },
};

describe("the report", () => {
  it("is the same out of what was stored", () => {
    const file = join(folder, "results.json");
    writeResults(file, RESULTS);
    const stored = readResults(file);
    expect(section(stored, "chart.svg")).toBe(section(RESULTS, "chart.svg"));
    expect(readFileSync(join(folder, "results.md"), "utf8")).toContain("| kysely | 20 (2.00) | 14 (1.40) |");
  });

  it("has each library by its fastest form, and says which of them is the fastest", () => {
    const text = section(RESULTS, "chart.svg");
    expect(text).toContain("![ectype beside other libraries: times as multiples of the driver by hand](chart.svg)");
    expect(text).toContain("| get one | 10 | – | 1.40 | 1.25 | – | 2.00 | **1.20** |");
    expect(text).toContain("| insert graph | 10 | 0.50 | **0.55** | – | – | 1.40 | 1.50 |");
  });

  it("tells where ectype is slower, and what is not there", () => {
    const text = section(RESULTS, "chart.svg");
    expect(text).toContain("- better-sqlite3: *get one* (1.25 against 1.20 of drizzle 1.0 rc, prepared)");
    expect(text).toContain("- better-sqlite3: *get one* (1.25)\n");
    expect(text).toContain("Not on PostgreSQL: typeorm 1 (it failed).");
    expect(text).toContain("ectype, prepared: what is prepared is a query");
    const fast = section({ targets: { pg: run("pg", [GRAPH]) } }, "chart.svg");
    expect(fast).toContain("each by its fastest form: nowhere.");
    expect(fast).toContain("behind the driver by hand: nowhere.");
  });

  it("says what it was measured on, and what was measured beside the rows", () => {
    const text = section(RESULTS, "chart.svg");
    expect(text).toContain("Measured on a machine. SQLite 3.53, better-sqlite3: 2026-01-02, Node 20.20.2, 9 rounds of 300 ms;");
    expect(text).toContain("ectype 0.1.0, kysely 0.29.9.");
    expect(text).toContain("| ectype | 40 / 56 | 400 / 4,000 | 90 / 80 | 138,000 / 2.0 s | 19.2 | 1.01 |");
    expect(text).toContain("an empty script takes 20 ms. The entry points alone: `ectype/sqlite` 31.");
  });

  it("is not made out of nothing", () => {
    expect(() => section(readResults(join(folder, "missing.json")), "chart.svg")).toThrow("there is nothing to report");
  });

  it("goes between the marks of the page alone", () => {
    const page = "before\n<!-- bench:start -->\nold\n<!-- bench:end -->\nafter\n";
    const text = between(page, "new $& $1\n");
    expect(text).toBe("before\n<!-- bench:start -->\n\nnew $& $1\n\n<!-- bench:end -->\nafter\n");
    expect(between(text, "new $& $1")).toBe(text);
    for (const wrong of ["none", "<!-- bench:end --> <!-- bench:start -->", page + page])
      expect(() => between(wrong, "new")).toThrow("no section");
  });

  it("is a chart with every library on every line, of text that is text", () => {
    const svg = chart(targetRuns(RESULTS).map(({ result }) => result));
    expect(svg).toContain(">insert graph</text>");
    expect(svg).toContain("prefers-color-scheme: dark");
    // Three libraries in three lines, and their legend; a way by hand in two lines, and in the legend.
    expect(svg.match(/<(circle|rect fill|path class="mark-own")/g)).toHaveLength(12);
    expect(svg.match(/<line class="pipelined"/g)).toHaveLength(3);
    expect(svg).not.toContain("NaN");
  });
});

describe("comparing", () => {
  it("takes what looks the same as the same", () => {
    const even = row("even", { raw: 1, ectype: 1.204, kysely: 1.201 });
    expect(slowerRows(run("pg", [even]).result)).toEqual([]);
    expect(bestPeer(even, ["raw", "ectype", "kysely"])?.form).toBe("kysely");
  });

  it("says in the whole table why a place is empty", () => {
    const text = table(run("pg", [GET, GRAPH]).result);
    expect(text).toContain("| ectype, prepared | 13 (1.25) | – |");
    expect(text).toContain("- –, ectype, prepared: what is prepared is a query.");
    expect(text).toContain("- –, typeorm 1: it failed.");
  });

  it("says where somebody has failed", () => {
    const { result, ...rest } = run("pg", [GET, GRAPH]);
    const failing = {
      ...result,
      failed: { "ectype, prepared": ["insert graph"], "drizzle 1.0 rc, prepared": ["insert graph", "get one"] },
    };
    expect(table(failing)).toContain("| ectype, prepared | 13 (1.25) | failed |");
    expect(table(failing)).toContain("| drizzle 1.0 rc, prepared | 12 (1.20) | failed |");
    const rows = [GET, row("insert graph", { raw: 1, ectype: 0.55 })];
    const text = section({ targets: { pg: { ...rest, result: { ...failing, rows } } } }, "chart.svg");
    expect(text).toContain("| insert graph | 10 | **0.55** | failed | – | – | failed |");
  });

  it("fits the exponent of growth", () => {
    const times = (exponent: number) =>
      [1, 10, 100, 1000, 10_000, 100_000].map((rows) => ({ rows, wall: rows < 1000 ? 500 : 3 * rows ** exponent }));
    expect(exponentOf(times(1))).toBeCloseTo(1, 10);
    expect(exponentOf(times(1.37))).toBeCloseTo(1.37, 10);
    expect(exponentOf(times(1).slice(0, 4))).toBeNull();
  });
});
