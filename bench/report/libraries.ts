import type { RowResult, TargetResult } from "../race.ts";

/** What a library needs for a row, by the fastest of its forms. */
export interface Best {
  readonly library: string;
  readonly form: string;
  readonly wall: number;
  readonly ratio: number;
}

export const OWN = "ectype";
/** Who has not every row must say why; a run in which somebody does not has failed. */
export const UNSAID = "it does not say why";
const BY_HAND = "raw";

/** "drizzle 1.0 rc, prepared" is a form of "drizzle 1.0 rc". */
export const libraryOf = (form: string): string => form.split(", ")[0] as string;

/** The libraries of a run, in the order of their forms, without the driver by hand. */
export function librariesOf(contenders: readonly string[]): string[] {
  return [...new Set(contenders.map(libraryOf))].filter((name) => name !== BY_HAND);
}

export function bestOf({ measured }: RowResult, library: string, among: (form: string) => boolean = () => true): Best | null {
  let best: Best | null = null;
  for (const [form, { wall, ratio }] of Object.entries(measured))
    if (libraryOf(form) === library && among(form) && ratio !== null && (best === null || wall < best.wall))
      best = { library, form, wall, ratio };
  return best;
}

/** The fastest way by hand to send what need not wait together. */
export function pipelinedByHand(row: RowResult): Best | null {
  return bestOf(row, BY_HAND, (form) => form.startsWith("raw, pipelined"));
}

export function bestPeer(row: RowResult, contenders: readonly string[]): Best | null {
  const peers = librariesOf(contenders)
    .filter((name) => name !== OWN)
    .flatMap((name) => bestOf(row, name) ?? []);
  return peers.length === 0 ? null : peers.reduce((a, b) => (b.wall < a.wall ? b : a));
}

/** As it is printed, and compared: what looks the same counts as the same. */
export const ratio = (number: number): string => number.toFixed(2);

export interface Slower {
  readonly row: string;
  readonly own: Best;
  readonly other: Best;
}

/** The rows in which another library is faster, each by the fastest of its forms. */
export function slowerRows({ rows, contenders }: TargetResult): Slower[] {
  return rows.flatMap((row) => {
    const own = bestOf(row, OWN);
    const other = bestPeer(row, contenders);
    return own !== null && other !== null && Number(ratio(own.ratio)) > Number(ratio(other.ratio)) ? [{ row: row.title, own, other }] : [];
  });
}

/** What stands where there is no time of a row: whether one of the forms failed at it, or none has it. */
export function emptyCell({ failed = {} }: TargetResult, row: RowResult, of: (form: string) => boolean): string {
  return Object.entries(failed).some(([form, titles]) => of(form) && titles.includes(row.title)) ? "failed" : "–";
}

/** The forms that have not every row of a run, though they failed at none. */
export function partialForms({ contenders, rows, failed = {} }: TargetResult): string[] {
  return contenders.filter((form) => rows.some(({ measured, title }) => measured[form] === undefined && !failed[form]?.includes(title)));
}
