import { run, type Steps, wait } from "../../adapter/index.ts";
import type { Engine } from "../engine/index.ts";

/** A work of several of which none needs what another one answers. */
export interface Sibling<T> {
  readonly steps: Steps<T>;
  /** It may fail, and go on in another way: nothing else is sent meanwhile. */
  readonly alone: boolean;
  /** All that it sends is sent before anything is answered. */
  atOnce(): boolean;
}

/**
 * Runs works such that the database gets their statements in their order, since keys may refer from one to the other: where it takes
 * statements one behind the other, nobody waits for answers that the next work does not need. None is begun after one that has failed.
 * @param failed whether a work has failed that did not throw
 * @returns what became of each; undefined for those that failed because another one had, or were not begun
 * @throws the error of the one that failed first
 */
export function* siblings<T>(engine: Engine, works: readonly Sibling<T>[], failed: (outcome: T) => boolean): Steps<(T | undefined)[]> {
  const outcomes: (T | undefined)[] = [];
  for (let first = works[0]; first !== undefined; first = works[outcomes.length]) {
    const free = engine.adapter.features.pipelining ? freeFrom(works, outcomes.length) : [];
    const some = free.length > 1 ? yield* abreast(engine, free, failed) : [yield* first.steps];
    for (const outcome of some) outcomes.push(outcome);
    if (some.some((outcome) => outcome === undefined || failed(outcome))) break;
  }
  return outcomes;
}

/** Works in a row that need not be alone, and of which all but the last are sent at once. */
function freeFrom<T>(works: readonly Sibling<T>[], start: number): readonly Sibling<T>[] {
  let end = start;
  for (let work = works[end]; work?.alone === false; work = works[end]) {
    end++;
    if (!work.atOnce()) break;
  }
  return works.slice(start, end);
}

function* abreast<T>(engine: Engine, works: readonly Sibling<T>[], failed: (outcome: T) => boolean): Steps<(T | undefined)[]> {
  const outcomes: (T | undefined)[] = works.map(() => undefined);
  const failures: Failure[] = [];
  const end = (at: number, outcome: T) => {
    outcomes[at] = outcome;
    if (failed(outcome)) failures.push({ thrown: false });
  };
  const fail = (error: unknown) => void failures.push({ thrown: true, error });
  const pending: Promise<void>[] = [];
  let unsent: Failure | null = null;
  for (const [at, { steps }] of works.entries()) {
    try {
      const answer = run(steps);
      if (answer instanceof Promise) pending.push(answer.then((outcome) => end(at, outcome), fail));
      else end(at, answer);
    } catch (error) {
      // It comes after what the works in front of it are still to be told.
      unsent = { thrown: true, error };
    }
    if (failures.length > 0 || unsent !== null) break;
  }
  if (pending.length > 0) yield* wait(Promise.all(pending));
  if (unsent !== null) failures.push(unsent);
  // The database refuses whatever was sent behind the one that failed: those say nothing of why.
  const cause = failures.find((failure) => !isAftermath(engine, failure)) ?? failures[0];
  if (cause?.thrown) throw cause.error;
  return outcomes;
}

type Failure = { readonly thrown: false } | { readonly thrown: true; readonly error: unknown };

function isAftermath({ adapter }: Engine, failure: Failure): boolean {
  const cause = failure.thrown && failure.error instanceof Error ? failure.error.cause : undefined;
  return cause !== undefined && adapter.isAftermath?.(cause) === true;
}
