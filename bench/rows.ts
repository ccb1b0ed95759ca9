import type { Operations, Target } from "./contender.ts";
import { type Data, graph, newMovie, random } from "./data.ts";

/** One line of the result: an operation, and what it is called with. */
export interface Row {
  /** As `--only` has it. */
  readonly name: string;
  readonly title: string;
  readonly operation: keyof Operations;
  /** Taken where the contender has no form of its own for many calls at once. */
  readonly otherwise?: keyof Operations;
  readonly inFlight?: number;
  readonly targets?: readonly Target[];
  readonly writes?: true;
  /** Calls in one round at most: what a call of many rows leaves behind must not fill the disk. */
  readonly most?: number;
  /** The arguments of so many calls, the same for every contender; `from` counts the calls before. */
  arguments(count: number, from: number, data: Data): unknown[];
}

const LIST = 100;
const NESTED_LIST = 50;
const MANY = 1000;
const IN_FLIGHT = 50;

function many<T>(count: number, from: number, make: (next: () => number, n: number) => T): T[] {
  const next = random(from + 1);
  return Array.from({ length: count }, (_, at) => make(next, from + at));
}

const id = (next: () => number, data: Data) => 1 + Math.floor(next() * data.movies);
const pages = (limit: number) => (count: number, from: number, data: Data) =>
  many(count, from, (next) => ({ after: Math.floor(next() * (data.movies - limit)), limit }));
const ids = (count: number, from: number, data: Data) => many(count, from, (next) => id(next, data));

export const ROWS: readonly Row[] = [
  { name: "get", title: "get one", operation: "get", arguments: ids },
  { name: "list", title: `list ${LIST}`, operation: "list", arguments: pages(LIST) },
  { name: "nested", title: "get one nested", operation: "nested", arguments: ids },
  { name: "nested-list", title: `list ${NESTED_LIST} nested`, operation: "nestedList", arguments: pages(NESTED_LIST) },
  {
    name: "insert",
    title: "insert one",
    operation: "insert",
    writes: true,
    arguments: (count, from) => many(count, from, (_, n) => newMovie(n)),
  },
  {
    name: "graph",
    title: "insert graph",
    operation: "graph",
    writes: true,
    arguments: (count, from) => many(count, from, (_, n) => graph(n)),
  },
  {
    name: "insert-all",
    title: `insertAll ${MANY.toLocaleString("en")}`,
    operation: "insertAll",
    writes: true,
    most: 20,
    arguments: (count, from) => many(count, from, (_, n) => Array.from({ length: MANY }, (__, at) => newMovie(n * MANY + at))),
  },
  {
    name: "update",
    title: "update one by id",
    operation: "update",
    writes: true,
    arguments: (count, from, data) => many(count, from, (next, n) => ({ id: id(next, data), title: `Renamed ${n}` })),
  },
  {
    name: "get-in-flight",
    title: `get one, ${IN_FLIGHT} in flight`,
    operation: "getInFlight",
    otherwise: "get",
    inFlight: IN_FLIGHT,
    targets: ["pg"],
    arguments: ids,
  },
  {
    name: "nested-in-flight",
    title: `get one nested, ${IN_FLIGHT} in flight`,
    operation: "nestedInFlight",
    otherwise: "nested",
    inFlight: IN_FLIGHT,
    targets: ["pg"],
    arguments: ids,
  },
];

export const rowsOf = (target: Target): Row[] => ROWS.filter(({ targets }) => targets === undefined || targets.includes(target));
