import { TARGETS, type Target } from "../contender.ts";
import type { RowResult, TargetResult } from "../race.ts";
import { FIT_FROM, type Growth } from "../side/growth.ts";
import { EMPTY, type ImportTime } from "../side/imports.ts";
import type { Database } from "../side/programs.ts";
import type { Results, SideRun, TargetRun } from "../store.ts";
import type { Environment } from "./environment.ts";
import {
  type Best,
  bestOf,
  bestPeer,
  emptyCell,
  libraryOf,
  librariesOf,
  OWN,
  partialForms,
  pipelinedByHand,
  ratio,
  slowerRows,
  UNSAID,
} from "./libraries.ts";
import { microseconds, tableOf } from "./table.ts";

/** How far from the driver by hand a row may be without a word of it. */
const NEAR = 1.15;
const ABSENT = "–";

export function targetRuns({ targets }: Results): TargetRun[] {
  return TARGETS.flatMap((target) => targets[target] ?? []);
}

/** The section of the README, in Markdown. @param chart where the chart is, as the README links to it */
export function section(results: Results, chart: string): string {
  const runs = targetRuns(results);
  if (runs.length === 0) throw new Error("there is nothing to report: run npm run bench first");
  return [
    "Times of one operation as multiples of what the driver by hand needs (prepared statements, rows as arrays, nested reads by one statement): less is better.",
    "Each library by the fastest of its forms, prepared where it can; **bold** is the fastest library of a row.",
    "",
    `![ectype beside other libraries: times as multiples of the driver by hand](${chart})`,
    "",
    ...runs.flatMap((run) => [...targetTable(run), ""]),
    ...slower(runs),
    "",
    ...(results.side === undefined ? [] : sideTable(results.side)),
    ...measuredOn(runs, results.side),
  ].join("\n");
}

function targetTable({ result }: TargetRun): string[] {
  const { contenders, rows, target } = result;
  const peers = librariesOf(contenders).filter((name) => name !== OWN);
  const pipelines = rows.some((row) => pipelinedByHand(row) !== null);
  const head = [titleOf(result), "by hand, µs", ...(pipelines ? ["by hand, pipelined"] : []), OWN, "prepared", "changesets", ...peers];
  const lines = rows.map((row) => {
    const raw = row.measured["raw"];
    const fastest = fastestOf(row, contenders);
    const cell = (best: Best | null, of: (form: string) => boolean) => {
      if (best === null) return emptyCell(result, row, of);
      return ratio(best.ratio) === fastest ? `**${ratio(best.ratio)}**` : ratio(best.ratio);
    };
    const own = (name: string) =>
      cell(
        bestOf(row, OWN, (form) => form === name),
        (form) => form === name,
      );
    return [
      row.title,
      raw === undefined ? ABSENT : microseconds(raw.wall),
      ...(pipelines ? [plain(pipelinedByHand(row))] : []),
      ...[OWN, `${OWN}, prepared`, `${OWN}, changesets`].map(own),
      ...peers.map((name) => cell(bestOf(row, name), (form) => libraryOf(form) === name)),
    ];
  });
  const reasons = new Map(Object.entries(result.absent).map(([name, why]) => [libraryOf(name), why]));
  reasons.delete("raw");
  const notes =
    reasons.size === 0 ? [] : ["", `Not on ${TITLES[target]}: ${[...reasons].map(([name, why]) => `${name} (${why})`).join("; ")}.`];
  const lacks = partialForms(result).filter((name) => libraryOfAll(rows, name));
  const empty = lacks.map((name) => `${name}: ${result.lacks[name] ?? UNSAID}`);
  return [
    ...tableOf(head, lines),
    ...notes,
    ...(empty.length === 0 ? [] : ["", `${ABSENT} is where a form does not exist. ${empty.join("; ")}.`]),
  ];
}

/** Whether an empty place of the form is one of the table: of other libraries only where no form of them has the row. */
function libraryOfAll(rows: readonly RowResult[], form: string): boolean {
  if (form.startsWith(OWN)) return true;
  const library = libraryOf(form);
  return library !== "raw" && rows.some((row) => bestOf(row, library) === null);
}

/** As it is printed: two that look the same are both the fastest. */
function fastestOf(row: RowResult, contenders: readonly string[]): string {
  return ratio(Math.min(...[bestOf(row, OWN), bestPeer(row, contenders)].flatMap((best) => best?.ratio ?? [])));
}

/** What is told without being asked: where others are faster, and where the driver by hand is far. */
function slower(runs: readonly TargetRun[]): string[] {
  const behind = runs.flatMap(({ result }) => {
    const rows = slowerRows(result).map(
      ({ row, own, other }) => `*${row}* (${ratio(own.ratio)} against ${ratio(other.ratio)} of ${other.form})`,
    );
    return rows.length === 0 ? [] : [`- ${TITLES[result.target]}: ${rows.join(", ")}`];
  });
  const far = runs.flatMap(({ result }) => {
    const rows = result.rows.flatMap((row) => {
      const own = bestOf(row, OWN);
      return own !== null && own.ratio > NEAR ? [`*${row.title}* (${ratio(own.ratio)})`] : [];
    });
    return rows.length === 0 ? [] : [`- ${TITLES[result.target]}: ${rows.join(", ")}`];
  });
  const told = (sentence: string, list: readonly string[]) =>
    list.length === 0 ? [`${sentence}: nowhere.`] : [`${sentence}:`, "", ...list];
  return [
    ...told("Where another library is faster than ectype, each by its fastest form", behind),
    "",
    ...told(`Where ectype, by its fastest form, is more than ${Math.round((NEAR - 1) * 100)}% behind the driver by hand`, far),
  ];
}

const TITLES: Readonly<Record<Target, string>> = { "better-sqlite3": "better-sqlite3", "node-sqlite": "node:sqlite", pg: "PostgreSQL" };
export const titleOf = ({ target, version }: TargetResult): string => (target === "pg" ? version : `${version}, ${TITLES[target]}`);
const plain = (best: Best | null) => (best === null ? ABSENT : ratio(best.ratio));
const kilobytes = (bytes: number) => Math.round(bytes / 1000).toLocaleString("en");

function sideTable({ side }: SideRun): string[] {
  const names = [
    ...new Set([...side.imports.filter(({ database }) => database !== null), ...side.bytes, ...side.types].map(({ name }) => name)),
  ];
  const importOf = (name: string, database: Database | null) => side.imports.find((one) => one.name === name && one.database === database);
  const milliseconds = (found: ImportTime | undefined) => (found === undefined ? ABSENT : String(Math.round(found.milliseconds)));
  const pair = (left: string, right: string) => (left === ABSENT && right === ABSENT ? ABSENT : `${left} / ${right}`);
  const lines = names.map((name) => {
    const bytes = side.bytes.find((one) => one.name === name);
    const types = side.types.find((one) => one.name === name);
    const memory = side.memory.find((one) => libraryOf(one.name) === name);
    return [
      name === "raw" ? "driver by hand" : name,
      pair(milliseconds(importOf(name, "sqlite")), milliseconds(importOf(name, "postgres"))),
      bytes === undefined || bytes.packed === 0 ? ABSENT : pair(kilobytes(bytes.packed), kilobytes(bytes.installed)),
      bytes === undefined || bytes.packed === 0 ? ABSENT : pair(kilobytes(bytes.bundled.sqlite), kilobytes(bytes.bundled.postgres)),
      types === undefined ? ABSENT : `${types.instantiations.toLocaleString("en")} / ${types.seconds.toFixed(1)} s`,
      memory === undefined ? ABSENT : (memory.bytes / 1e6).toFixed(1),
      exponents(side.growth, name),
    ];
  });
  const rows = side.memory[0]?.rows ?? 0;
  const head = [
    "Beside the rows",
    "import, SQLite / PostgreSQL, ms",
    "packed / installed, kB",
    "smallest program, SQLite / PostgreSQL, kB",
    "types of 100 schemas",
    `${rows.toLocaleString("en")} rows, MB`,
    "growth",
  ];
  const empty = importOf(EMPTY, null);
  const entries = side.imports.filter(({ name, database }) => database === null && name !== EMPTY);
  return [
    ...tableOf(head, lines),
    "",
    `Import: a fresh process that imports the library and the driver's package and ends; ${EMPTY} takes ${milliseconds(empty)} ms. ${entryPoints(entries)}` +
      "Packed: the library's own packages; installed: with all that they depend on, without drivers. Smallest program: one table, one query, minified, gzip, without the driver. " +
      "Types: instantiations and check time of the same program. " +
      `Growth: the exponent of the time of a list with its rows, from ${FIT_FROM.toLocaleString("en")} to ${rows.toLocaleString("en")}${inserted(side.growth)}.`,
    "",
  ];
}

function entryPoints(entries: readonly ImportTime[]): string {
  if (entries.length === 0) return "";
  return `The entry points alone: ${entries.map(({ name, milliseconds }) => `\`${name}\` ${Math.round(milliseconds)}`).join(", ")}. `;
}

function exponents(growth: readonly Growth[], library: string): string {
  const own = growth.filter(({ name, operation, exponent }) => libraryOf(name) === library && operation === "list" && exponent !== null);
  return own.length === 0 ? ABSENT : Math.min(...own.map(({ exponent }) => exponent as number)).toFixed(2);
}

function inserted(growth: readonly Growth[]): string {
  const some = ["raw", OWN].flatMap((wanted) => growth.find(({ name, operation }) => name === wanted && operation === "insertAll") ?? []);
  const told = some.flatMap(({ name, exponent }) =>
    exponent === null ? [] : [`${exponent.toFixed(2)} of ${name === "raw" ? "the driver by hand" : name}`],
  );
  return told.length === 0 ? "" : `; of an insertAll it is ${told.join(", ")}`;
}

function measuredOn(runs: readonly TargetRun[], side: SideRun | undefined): string[] {
  const by = (environment: Environment) => `${environment.date}, Node ${environment.node}`;
  const first = (runs[0] as TargetRun).environment;
  const versions = Object.entries(first.versions).map(([name, version]) => `${name} ${version}`);
  const times = runs.map(
    ({ environment, rounds, time, result }) => `${titleOf(result)}: ${by(environment)}, ${rounds} rounds of ${time} ms`,
  );
  return [
    `Measured on ${first.machine}. ${times.join("; ")}${side === undefined ? "" : `; beside the rows: ${by(side.environment)}`}. ${versions.join(", ")}.`,
    "`npm run bench -- --all` measures and writes all of this anew; `bench/README.md` in the repository tells how, and `bench/results` has every form and round.",
  ];
}
