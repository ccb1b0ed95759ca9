import { ArgumentError, type Repo } from "../../index.ts";
import type { Feature, FeatureCase } from "./feature.ts";
import { migrationCases } from "./migrations.ts";
import { changes, queries } from "./queries.ts";
import { streams } from "./streams.ts";
import { transactions } from "./transactions.ts";
import { typeCases } from "./types.ts";
import { writes } from "./writes.ts";

/** How the cases get their databases, and what these cannot do. */
export interface AdapterCasesOptions {
  /** Makes a repo on a fresh, empty database. It is called once for each feature whose cases are run. */
  readonly open: () => Repo | Promise<Repo>;
  /**
   * What the database cannot do, by `feature: name`, with the reason. Such a case passes where the database fails it, and fails as
   * soon as the database can do it.
   */
  readonly deviations?: Readonly<Record<string, string>>;
}

/** One thing that an adapter must do. */
export interface AdapterCase {
  /** What it is about: "joins", "transactions", "types". */
  readonly feature: string;
  /** What must be so; no other case of its feature is called the same. */
  readonly name: string;
  /** Why the database is not expected to pass; null where it is. */
  readonly deviation: string | null;
  /** Rejects with an AssertionError, or the adapter's own error, where it is not so. The cases of one feature are run one after the other. */
  run(): Promise<void>;
}

/** All cases, one after the other. */
export interface AdapterCases extends Iterable<AdapterCase> {
  /** Closes the repos that were opened. */
  close(): Promise<void>;
}

const FEATURES: readonly Feature[] = [typeCases, ...queries, ...changes, writes, transactions, streams, migrationCases];

/**
 * The cases with which ectype proves its own adapters, for an adapter of somebody else's: data for any test runner.
 * @param options how a repo is opened, and what the database cannot do
 * @returns the cases, one after the other, and `close` for when all are run
 * @throws ArgumentError on an unknown option, and on a deviation that is no case or has no reason
 * @example
 * const cases = adapterCases({ open: () => createRepo({ adapter: mine({ database: freshFile() }) }) });
 * for (const { feature, name, run } of cases) test(`${feature}: ${name}`, run);
 * after(cases.close);
 * @see Elixir: the shared integration tests of Ecto's adapters
 */
export function adapterCases(options: AdapterCasesOptions): AdapterCases {
  const { open, deviations = {}, ...others } = options;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw new ArgumentError(`adapterCases: unknown option "${unknown}". Known: open, deviations.`);
  if (typeof open !== "function") throw new ArgumentError("adapterCases needs open, a function that makes a repo on an empty database.");
  const repos: Promise<Repo>[] = [];
  const cases = FEATURES.flatMap((feature) => {
    let repo: Promise<Repo> | undefined;
    const opened = () => {
      if (repo === undefined) {
        repo = withTables(open, feature);
        repos.push(repo);
      }
      return repo;
    };
    return feature.cases.map((one) => adapterCase(feature.name, one, opened, deviations));
  });
  checkDeviations(cases, deviations);
  return {
    [Symbol.iterator]: () => cases[Symbol.iterator](),
    close: async () => {
      for (const repo of await Promise.allSettled(repos.splice(0))) if (repo.status === "fulfilled") await repo.value.close();
    },
  };
}

async function withTables(open: AdapterCasesOptions["open"], feature: Feature): Promise<Repo> {
  const repo = await open();
  try {
    await feature.setUp(repo);
  } catch (error) {
    await repo.close();
    throw error;
  }
  return repo;
}

function adapterCase(
  feature: string,
  { name, run }: FeatureCase,
  opened: () => Promise<Repo>,
  deviations: Readonly<Record<string, string>>,
): AdapterCase {
  const key = `${feature}: ${name}`;
  const deviation = Object.hasOwn(deviations, key) ? (deviations[key] as string) : null;
  const checked = async () => {
    const repo = await opened();
    if (deviation === null) return run(repo);
    const passed = await run(repo).then(
      () => true,
      () => false,
    );
    if (passed) throw new ArgumentError(`The database passes "${key}", and deviations say that it cannot ("${deviation}"): take it out.`);
  };
  return Object.freeze({ feature, name, deviation, run: checked });
}

function checkDeviations(cases: readonly AdapterCase[], deviations: Readonly<Record<string, string>>): void {
  const keys = cases.map(({ feature, name }) => `${feature}: ${name}`);
  for (const [key, reason] of Object.entries(deviations)) {
    if (!keys.includes(key)) throw new ArgumentError(`deviations: there is no case "${key}". The cases are named "feature: name".`);
    if (typeof reason !== "string" || reason.trim() === "")
      throw new ArgumentError(`deviations: "${key}" needs its reason, a text that is not empty.`);
  }
}
