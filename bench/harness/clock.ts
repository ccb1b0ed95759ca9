import type { Opened } from "../contender.ts";
import type { Data } from "../data.ts";
import type { Row } from "../rows.ts";
import type { Timing } from "./messages.ts";

export type Call = (argument: any) => unknown;

const MOST = 20_000;
/** A window that is faster than the best before by less than this has not become faster. */
const GAIN = 0.95;
const PATIENCE = 2;

/** Times the calls of one row. Arguments are made before the clock runs. */
export class Clock {
  readonly #row: Row;
  readonly #call: Call;
  readonly #data: Data;
  readonly #updates: Opened["updates"];
  /** Calls so far, so that arguments are never the same ones again. */
  #done: number;
  /** Microseconds of one call, as far as is known. */
  #estimate: number | null = null;

  constructor(row: Row, call: Call, data: Data, updates: Opened["updates"]) {
    this.#row = row;
    this.#call = call;
    this.#data = data;
    this.#updates = updates;
    this.#done = FIRST_TIMED;
  }

  /** Windows of so many milliseconds, until they get no faster or the limit is reached. */
  async warm(window: number, limit: number): Promise<void> {
    const end = performance.now() + limit;
    let best = Number.POSITIVE_INFINITY;
    let worse = 0;
    while (performance.now() < end && worse < PATIENCE) {
      const { wall } = await this.round(window);
      worse = wall < best * GAIN ? 0 : worse + 1;
      best = Math.min(best, wall);
    }
  }

  async round(milliseconds: number): Promise<Timing> {
    const inFlight = this.#row.inFlight ?? 1;
    const wanted = this.#estimate === null ? inFlight : Math.ceil((milliseconds * 1000) / this.#estimate);
    const count = Math.max(1, inFlight, Math.min(wanted, this.#row.most ?? MOST));
    const drawn = this.#row.arguments(count, this.#done, this.#data);
    this.#done += count;
    const given = (await this.#updates?.(drawn as { id: number; title: string }[])) ?? drawn;
    const cpu = process.cpuUsage();
    const begin = performance.now();
    if (inFlight > 1) await this.#beside(given, inFlight);
    else await this.#inTurn(given);
    const wall = ((performance.now() - begin) * 1000) / count;
    const { user, system } = process.cpuUsage(cpu);
    this.#estimate = wall;
    return { wall, cpu: (user + system) / count, calls: count };
  }

  /** What answers at once is not awaited: who uses such a driver by hand does not either. */
  async #inTurn(given: readonly unknown[]): Promise<void> {
    const call = this.#call;
    const [first, ...rest] = given;
    const answer = call(first);
    if (isPromise(answer)) {
      await answer;
      for (const argument of rest) await call(argument);
    } else for (const argument of rest) call(argument);
  }

  /** As many at the same time all the while. */
  async #beside(given: readonly unknown[], inFlight: number): Promise<void> {
    const call = this.#call;
    let at = 0;
    const one = async () => {
      while (at < given.length) await call(given[at++]);
    };
    await Promise.all(Array.from({ length: inFlight }, one));
  }
}

/** The calls before are those of the check. */
export const FIRST_TIMED = 1000;

export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}
