import { parseArgs } from "node:util";
import { type Target, TARGETS } from "./contender.ts";
import { ROWS } from "./rows.ts";

export interface Options {
  /** Rows by their names; all where there are none. */
  readonly only: readonly string[];
  readonly targets: readonly Target[];
  readonly contenders: readonly string[];
  /** Builds of ectype, each with a label; none for that of this checkout. */
  readonly ectype: readonly { readonly label: string; readonly folder: string }[];
  readonly smoke: boolean;
  readonly rounds: number;
  /** Milliseconds of a round. */
  readonly time: number;
  readonly out: string | null;
  readonly help: boolean;
}

const DATABASES: Readonly<Record<string, readonly Target[]>> = {
  sqlite: ["better-sqlite3", "node-sqlite"],
  postgres: ["pg"],
  ...Object.fromEntries(TARGETS.map((target) => [target, [target]])),
};

export const HELP = `npm run bench -- [options]

  --only NAMES        rows: ${ROWS.map(({ name }) => name).join(", ")}
  --db NAMES          ${Object.keys(DATABASES).join(", ")}; all unless given
  --contenders NAMES  such as raw,ectype; all unless given
  --ectype [LABEL=]DIR  a build of ectype (a folder with index.js); several are compared with each other
  --smoke             checks the answers on little data, and times nothing worth reading
  --rounds N          9 unless given
  --time MS           of a round; 300 unless given
  --out FILE          where the results go as JSON; bench/results/results.json after a run of everything`;

/** @throws Error for what it does not know */
export function readOptions(args: readonly string[], known: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: "string" },
      db: { type: "string" },
      contenders: { type: "string" },
      ectype: { type: "string", multiple: true },
      smoke: { type: "boolean", default: false },
      rounds: { type: "string" },
      time: { type: "string" },
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
  const given = list("contenders", values.contenders, known);
  const contenders = given.length > 0 ? given : values.smoke ? ["raw", "ectype"] : known;
  return {
    only: list(
      "only",
      values.only,
      ROWS.map(({ name }) => name),
    ),
    targets: targets.length === 0 ? TARGETS : TARGETS.filter((target) => targets.includes(target)),
    // Everybody's answers and times are told beside those of the driver by hand.
    contenders: ["raw", ...contenders.filter((name) => name !== "raw")],
    ectype: (values.ectype ?? []).map((text, at) => {
      const [, label, folder] = /^(?:([\w.-]+)=)?(.*)$/.exec(text) as unknown as [string, string | undefined, string];
      return { label: label ?? String(at + 1), folder };
    }),
    smoke: values.smoke,
    rounds: values.smoke ? 1 : number("rounds", values.rounds, 9),
    time: values.smoke ? 5 : number("time", values.time, 300),
    out: values.out ?? null,
    help: values.help,
  };
}
