import type { Target } from "./contender.ts";
import { FULL, SMALL } from "./data.ts";
import { checkWrite } from "./harness/check.ts";
import type { Timing } from "./harness/messages.ts";
import type { Racer } from "./harness/racer.ts";
import type { Options } from "./options.ts";
import type { Row } from "./rows.ts";

export interface Measured {
  /** Microseconds of an operation, the median of the rounds. */
  readonly wall: number;
  /** Of them, what the contender's own process worked. */
  readonly cpu: number;
  /** The median divided by that of the driver by hand. */
  readonly ratio: number | null;
  readonly rounds: readonly number[];
}
export interface RowResult {
  readonly name: string;
  readonly title: string;
  /** By the name of the contender's form. */
  readonly measured: Readonly<Record<string, Measured>>;
}
export interface TargetResult {
  readonly target: Target;
  /** Of the database. */
  readonly version: string;
  readonly contenders: readonly string[];
  readonly rows: readonly RowResult[];
  /** Why a form has not every row, by its name. */
  readonly lacks: Readonly<Record<string, string>>;
  /** Why a form is not there at all, by its name. */
  readonly absent: Readonly<Record<string, string>>;
  readonly failures: readonly string[];
  /** The titles of the rows that a form has failed at, by its name. */
  readonly failed?: Readonly<Record<string, readonly string[]>>;
}

const BASE = "raw";
const WINDOW = 200;

class Failures {
  readonly texts: string[] = [];
  readonly rows: Record<string, string[]> = {};

  add({ name }: Racer, { title }: Row, error: unknown): void {
    this.texts.push(`${name}, ${title}: ${error instanceof Error ? error.message : error}`);
    this.rows[name] = [...(this.rows[name] ?? []), title];
  }
}

/** First everybody's answers, then everybody's times: row by row, in rounds, each of which begins with another contender. */
export async function race(
  racers: readonly Racer[],
  rows: readonly Row[],
  options: Options,
): Promise<Pick<TargetResult, "contenders" | "rows" | "failures" | "failed">> {
  const failures = new Failures();
  const right = new Map<string, Racer[]>();
  // Reads first: a write that goes wrong is the fault of itself alone.
  for (const row of [...rows].sort((a, b) => Number(a.writes ?? false) - Number(b.writes ?? false)))
    right.set(row.name, await checked(row, racers, options, failures));
  const results: RowResult[] = [];
  for (const row of rows) {
    const result = await timed(row, right.get(row.name) ?? [], options, failures);
    results.push(result);
    if (!options.smoke) console.log(lineOf(result));
  }
  return { contenders: racers.map(({ name }) => name), rows: results, failures: failures.texts, failed: failures.rows };
}

/** Who answers as the driver by hand does. */
async function checked(row: Row, racers: readonly Racer[], { smoke }: Options, failures: Failures): Promise<Racer[]> {
  let expected: readonly string[] | null = null;
  const right: Racer[] = [];
  for (const racer of racers) {
    if (!racer.rows.includes(row.name)) continue;
    try {
      const ask = async () => (await racer.ask("checked", { ask: "check", row: row.name })).answers;
      const answers = row.writes ? await checkWrite(row, racer.place, smoke ? SMALL : FULL, ask) : await ask();
      if (answers.length === 0) throw new Error("nothing came to compare");
      expected ??= answers;
      const at = expected.findIndex((text, index) => text !== answers[index]);
      if (at >= 0 || answers.length !== expected.length)
        throw new Error(
          `it differs from raw.\n  raw:  ${expected[at] ?? `${expected.length} answers`}\n  here: ${answers[at] ?? `${answers.length} answers`}`,
        );
      right.push(racer);
    } catch (error) {
      failures.add(racer, row, error);
    }
  }
  return right;
}

/** Who fails is told and left out; the others go on. */
async function timed(row: Row, racers: readonly Racer[], { smoke, rounds, time, warm }: Options, failures: Failures): Promise<RowResult> {
  const timings = new Map<string, Timing[]>();
  const attempt = async (racer: Racer, work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (error) {
      failures.add(racer, row, error);
      timings.delete(racer.name);
    }
  };
  for (const racer of racers) {
    timings.set(racer.name, []);
    if (!smoke) await attempt(racer, () => racer.ask("timed", { ask: "warm", row: row.name, window: WINDOW, limit: warm }));
  }
  for (let round = 0; round < rounds; round++)
    for (let at = 0; at < racers.length; at++) {
      const racer = racers[(at + round) % racers.length] as Racer;
      const own = timings.get(racer.name);
      if (own !== undefined)
        await attempt(racer, async () => {
          own.push((await racer.ask("timed", { ask: "round", row: row.name, milliseconds: time })).timing);
        });
    }
  const base = timings.get(BASE);
  const raw = base === undefined || base.length === 0 ? null : median(base.map(({ wall }) => wall));
  const measured = [...timings].map(([name, some]): [string, Measured] => {
    const wall = median(some.map((timing) => timing.wall));
    return [
      name,
      {
        wall,
        cpu: median(some.map((timing) => timing.cpu)),
        ratio: raw === null ? null : wall / raw,
        rounds: some.map((timing) => timing.wall),
      },
    ];
  });
  return { name: row.name, title: row.title, measured: Object.fromEntries(measured) };
}

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

function lineOf({ title, measured }: RowResult): string {
  const parts = Object.entries(measured).map(([name, { wall, ratio }]) => `${name} ${wall.toFixed(1)} µs (${ratio?.toFixed(2) ?? "?"})`);
  return `${title}: ${parts.join(" · ")}`;
}
