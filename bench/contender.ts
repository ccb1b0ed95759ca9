import type { Data } from "./data.ts";

/** A database and the driver to it. */
export type Target = "better-sqlite3" | "node-sqlite" | "pg";
export const TARGETS: readonly Target[] = ["better-sqlite3", "node-sqlite", "pg"];

/** What a contender is opened on: a database of its own that holds the data. */
export interface Place {
  readonly target: Target;
  /** The file of SQLite; of PostgreSQL the URL. */
  readonly at: string;
}

export interface NewMovie {
  readonly title: string;
  readonly tagline: string | null;
}
export interface Movie extends NewMovie {
  readonly id: number;
}
export interface Actor {
  readonly id: number;
  readonly name: string;
}
export interface Child extends Actor {
  readonly movieId: number;
}
export interface NestedMovie extends Movie {
  readonly characters: readonly Child[];
  readonly distributor: Child | null;
  readonly actors: readonly Actor[];
}
/** A movie with everything that comes with it, none of it in the database yet. */
export interface Graph extends NewMovie {
  readonly characters: readonly string[];
  readonly distributor: string;
  readonly actors: readonly string[];
}
export interface Page {
  /** Rows after this id, in the order of their ids. */
  readonly after: number;
  readonly limit: number;
}

/** What comes at once, as from SQLite by hand, or as a promise. */
export type Answer<T> = T | Promise<T>;
/** Who writes a row learns its key. */
export type Written = number | { readonly id: number };

/** What is measured. A contender leaves out what it has no form of its own for. */
export interface Operations {
  get?(id: number): Answer<unknown>;
  list?(page: Page): Answer<readonly unknown[]>;
  nested?(id: number): Answer<unknown>;
  nestedList?(page: Page): Answer<readonly unknown[]>;
  insert?(movie: NewMovie): Answer<Written>;
  /** In one transaction. */
  graph?(graph: Graph): Answer<Written>;
  insertAll?(movies: readonly NewMovie[]): Answer<unknown>;
  update?(change: any): Answer<unknown>;
  /** In one of many calls at the same time, where that is done otherwise than alone. */
  getInFlight?(id: number): Answer<unknown>;
  nestedInFlight?(id: number): Answer<unknown>;
}

export interface Opened {
  readonly operations: Operations;
  /** What an update takes, made of what it is about before the clock runs; the change itself unless given. */
  readonly updates?: (changes: readonly { readonly id: number; readonly title: string }[]) => Answer<readonly unknown[]>;
  /** The movie as the interface has it, where the library's own shape is another: for the check alone. */
  readonly plain?: (movie: any) => NestedMovie;
  close(): Answer<void>;
}

/** One way to use a library. */
export interface Form {
  readonly name: string;
  readonly targets: readonly Target[];
  /** Why it is not there on the other targets. */
  readonly absent?: Partial<Record<Target, string>>;
  /** Why it has not every row. */
  readonly lacks?: string;
  open(place: Place, options: OpenOptions): Promise<Opened>;
}
export interface OpenOptions {
  readonly data: Data;
  /** The folder of the build of ectype that is measured. */
  readonly ectype: string;
}

export interface Contender {
  readonly forms: readonly Form[];
  /** The packages whose versions are told. */
  readonly packages: readonly string[];
}
