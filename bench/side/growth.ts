import type { Form, Place } from "../contender.ts";
import { openDatabases } from "../harness/databases.ts";
import { Racer } from "../harness/racer.ts";
import type { Entry } from "../measure.ts";

/** How the time of one call grows with its rows. */
export interface Growth {
  readonly name: string;
  readonly operation: "list" | "insertAll";
  /** Microseconds of a call, for so many rows each. */
  readonly times: readonly { readonly rows: number; readonly wall: number }[];
  /** Of `time = factor * rows ^ exponent`, from FIT_FROM rows on; below that the fixed cost of a call is most of it. */
  readonly exponent: number | null;
}
/** Bytes of the heap of rows that are kept. */
export interface Memory {
  readonly name: string;
  readonly rows: number;
  readonly bytes: number;
}

export const MOST_ROWS = 100_000;
export const FIT_FROM = 1000;

/** The slope of a line through the logarithms, by least squares. Null for less than two points. */
export function exponentOf(times: Growth["times"]): number | null {
  const points = times.filter(({ rows }) => rows >= FIT_FROM).map(({ rows, wall }) => [Math.log(rows), Math.log(wall)] as const);
  if (points.length < 2) return null;
  const mean = (at: 0 | 1) => points.reduce((all, point) => all + point[at], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const above = points.reduce((all, point) => all + (point[0] - x) * (point[1] - y), 0);
  const below = points.reduce((all, point) => all + (point[0] - x) ** 2, 0);
  return above / below;
}

export interface GrowthOptions {
  readonly most: number;
  /** Milliseconds for each number of rows. */
  readonly time: number;
  readonly root: string;
}

/**
 * On SQLite by better-sqlite3, where the database itself does the least: reads by everybody, writes of many rows by ectype and the driver by
 * hand, since the statements of others end at the number of parameters that SQLite takes.
 */
export async function measureGrowth(
  entries: readonly Entry[],
  { most, time, root }: GrowthOptions,
  failures: string[],
): Promise<{ growth: Growth[]; memory: Memory[] }> {
  const growth: Growth[] = [];
  const memory: Memory[] = [];
  const databases = await openDatabases("better-sqlite3", { movies: most, bare: true }, root);
  try {
    for (const entry of entries) {
      if (!entry.form.targets.includes("better-sqlite3") || OTHER_FORMS.has(entry.form.name)) continue;
      const place = await databases.make();
      try {
        const racer = await open(entry, place, most);
        try {
          memory.push({ name: entry.name, rows: most, bytes: (await racer.ask("memory", { ask: "memory", rows: most })).bytes });
          growth.push(await grown(racer, "list", most, time));
          if (WRITERS.includes(entry.contender) && racer.rows.includes("insert-all"))
            growth.push(await grown(racer, "insertAll", most, time));
        } finally {
          await racer.close();
        }
      } catch (error) {
        failures.push(`growth of ${entry.name}: ${error instanceof Error ? error.message : error}`);
      }
    }
  } finally {
    await databases.close();
  }
  return { growth, memory };
}

const WRITERS: readonly string[] = ["raw", "ectype"];
/** What reads lists in the same way as another form of the same library, or not at all. */
const OTHER_FORMS: ReadonlySet<Form["name"]> = new Set(["raw, separate queries", "ectype, changesets"]);

function open({ name, contender, form, ectype }: Entry, { target, at }: Place, movies: number): Promise<Racer> {
  const start = { contender, form: form.name, target, at, data: { movies, bare: true }, ectype };
  return Racer.start(name, start, { execArgv: ["--expose-gc"] });
}

async function grown(racer: Racer, operation: Growth["operation"], most: number, milliseconds: number): Promise<Growth> {
  const times: { rows: number; wall: number }[] = [];
  for (let rows = 1; rows <= most; rows *= 10) {
    const { timing } = await racer.ask("timed", { ask: "rows", limit: rows, operation, milliseconds });
    times.push({ rows, wall: timing.wall });
  }
  return { name: racer.name, operation, times, exponent: exponentOf(times) };
}
