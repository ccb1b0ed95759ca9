import { parseArgs } from "node:util";
import { type Target, TARGETS } from "./contender.ts";
import { ROWS } from "./rows.ts";

export interface Options {
  /** Rows by their names; all where there are none. */
  readonly only: readonly string[];
  readonly targets: readonly Target[];
  readonly contenders: readonly string[];
  /** Whether that is every contender there is. */
  readonly everybody: boolean;
  /** Builds of ectype, each with a label; none for that of this checkout. */
  readonly ectype: readonly { readonly label: string; readonly folder: string }[];
  /** What is done: the rows of the table, what is measured beside them, the report. */
  readonly rows: boolean;
  readonly side: boolean;
  readonly report: boolean;
  readonly smoke: boolean;
  readonly rounds: number;
  /** Milliseconds of a round. */
  readonly time: number;
  /** Milliseconds of warming up at most, before the rounds of a row. */
  readonly warm: number;
  readonly out: string | null;
  readonly help: boolean;
}

const DATABASES: Readonly<Record<string, readonly Target[]>> = {
  sqlite: ["better-sqlite3", "node-sqlite"],
  postgres: ["pg"],
  ...Object.fromEntries(TARGETS.map((target) => [target, [target]])),
};

export const HELP = `npm run bench -- [options]

  nothing             the rows of the table
  --side              cold import, bytes, cost of the types, memory, growth
  --report            the section of README.md and its chart, from what was measured before
  --all               all three

  --only NAMES        rows: ${ROWS.map(({ name }) => name).join(", ")}
  --db NAMES          ${Object.keys(DATABASES).join(", ")}; all unless given
  --contenders NAMES  such as raw,ectype; all unless given, but with --smoke these two
  --ectype [LABEL=]DIR  a build of ectype (a folder with index.js); several are compared with each other
  --smoke             checks the answers on little data, and times nothing worth reading
  --rounds N          9 unless given
  --time MS           of a round; 300 unless given
  --warm MS           of the calls before the rounds, at most; 6000 unless given
  --out FILE          the results as JSON; bench/results/results.json for runs of all rows and contenders. What is there of other
                      databases, and beside the rows, stays.`;

/** @throws Error for what it does not know */
export function readOptions(args: readonly string[], known: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: "string" },
      db: { type: "string" },
      contenders: { type: "string" },
      ectype: { type: "string", multiple: true },
      side: { type: "boolean", default: false },
      report: { type: "boolean", default: false },
      all: { type: "boolean", default: false },
      smoke: { type: "boolean", default: false },
      rounds: { type: "string" },
      time: { type: "string" },
      warm: { type: "string" },
      out: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  const list = (option: string, text: string | undefined, names: readonly string[]): string[] => {
    const given = text === undefined ? [] : text.split(",").map((name) => name.trim());
    const unknown = given.find((name) => !names.includes(name));
    if (unknown !== undefined) throw new Error(`--${option} does not know "${unknown}"; there are ${names.join(", ")}.`);
    return given;
  };
  const number = (option: string, text: string | undefined, otherwise: number): number => {
    const value = text === undefined ? otherwise : Number(text);
    if (!(Number.isInteger(value) && value > 0)) throw new Error(`--${option} is a whole number from 1 on.`);
    return value;
  };
  const databases = list("db", values.db, Object.keys(DATABASES));
  const targets = databases.flatMap((name) => DATABASES[name] ?? []);
  const given = list("contenders", values.contenders, [...known, "all"]);
  const contenders = given.includes("all") ? known : given.length > 0 ? given : values.smoke ? ["raw", "ectype"] : known;
  return {
    only: list(
      "only",
      values.only,
      ROWS.map(({ name }) => name),
    ),
    targets: targets.length === 0 ? TARGETS : TARGETS.filter((target) => targets.includes(target)),
    // Everybody's answers and times are told beside those of the driver by hand.
    contenders: ["raw", ...contenders.filter((name) => name !== "raw")],
    everybody: known.every((name) => contenders.includes(name)),
    ectype: (values.ectype ?? []).map((text, at) => {
      const [, label, folder] = /^(?:([\w.-]+)=)?(.*)$/.exec(text) as unknown as [string, string | undefined, string];
      return { label: label ?? String(at + 1), folder };
    }),
    rows: values.all || !(values.side || values.report),
    side: values.all || values.side,
    report: values.all || values.report,
    smoke: values.smoke,
    rounds: values.smoke ? 1 : number("rounds", values.rounds, 9),
    time: values.smoke ? 5 : number("time", values.time, 300),
    warm: number("warm", values.warm, 6000),
    out: values.out ?? null,
    help: values.help,
  };
}
