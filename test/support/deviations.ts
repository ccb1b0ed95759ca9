import { beforeEach } from "vitest";

/** What a case cannot do on a database or driver, and why. */
export interface Deviation {
  /** The name that ECTYPE_DATABASES has for it. */
  readonly on: string;
  readonly file: RegExp;
  /** The full names of the tests, " > " between their parts. */
  readonly test: RegExp;
  readonly reason: string;
  /** It would hang, or breaks what comes after it: it is not run. The others are, and fail when they pass. */
  readonly skip?: true;
}

const UNSTOPPABLE = "a statement of PGlite occupies its process to its end: nothing can cancel it, end its session or be run beside it";

export const DEVIATIONS: readonly Deviation[] = [
  ...[
    { file: /redaction\/reads/, test: /are not told when the connection breaks under the statement/ },
    { file: /logging\/statements/, test: /a transaction that is stopped by its timeout/ },
    { file: /connections\/signal-timeout-close/, test: /a signal stops, and a timeout gives up/ },
    { file: /connections\/timeouts/, test: /statements of the server, pipeline: \w+ > (?!a statement that was given up in its queue)/ },
  ].map((one) => ({ ...one, on: "pglite", skip: true as const, reason: UNSTOPPABLE })),
  {
    on: "pglite",
    file: /connections\/timeouts/,
    test: /a statement that was given up in its queue is never committed/,
    skip: true,
    reason: "it opens a second connection by its URL, to a server",
  },
  ...[
    { file: /connections\/close/, test: /a stream that is forgotten gives its connection back when it is collected/ },
    { file: /streams\/streams/, test: /outside of one, the loop may write and begin transactions/ },
  ].map((one) => ({ ...one, on: "pglite", reason: "an open stream has the one connection, for which what is run beside it waits" })),
  {
    on: "pglite",
    file: /queries\/long-conditions/,
    test: /conditions that no list can hold run where the database takes them/,
    reason: "it nests 800 operators, and PGlite's stack holds some hundred",
  },
  {
    on: "pglite",
    file: /queries\/full-text-search/,
    test: /an emoji is a word to PostgreSQL/,
    reason: "its C library counts an emoji to no letters, so that a search passes over it",
  },
  {
    on: "pglite",
    file: /transactions\/transactions/,
    test: /reads outside go on while a transaction is open/,
    skip: true,
    reason: "a transaction has the one connection, for which what is run outside of it waits",
  },
  ...["pglite", "bun"].map((on) => ({
    on,
    file: /connections\/lost-server/,
    test: /./,
    skip: true as const,
    reason: "it is about pg and its server, which such a run has not",
  })),
  {
    on: "bun",
    file: /errors\/(plain-javascript|where-the-call-was)|queries\/long-conditions/,
    test: /./,
    skip: true,
    reason: "its JavaScript engine words errors otherwise, and keeps other frames of a stack",
  },
];

const databases = process.env["ECTYPE_DATABASES"];

if (databases !== undefined && !databases.includes(","))
  beforeEach(({ task, skip }) => {
    const names: string[] = [task.name];
    for (let suite = task.suite; suite !== undefined; suite = suite.suite) names.unshift(suite.name);
    const deviation = DEVIATIONS.find(
      ({ on, file, test }) => on === databases && file.test(task.file.name) && test.test(names.join(" > ")),
    );
    if (deviation === undefined) return;
    if (deviation.skip) skip(deviation.reason);
    Object.assign(task, { fails: true });
  });
