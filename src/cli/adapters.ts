import { hasOwnSqlite } from "./package.ts";

/** What the command line knows of a database: how a new project uses it. A new adapter needs an entry here, and nothing else of the command line. */
interface ProjectDatabase {
  /** The packages that it needs on this Node, with their versions. */
  packages(): Readonly<Record<string, string>>;
  /** Those of them whose install scripts must run. */
  readonly scripts: readonly string[];
  /** The source of `src/repo.ts`. @param name the project's */
  repo(name: string): string;
  /** The adapter of a project's tests, as source, and whether its database is made first. */
  test(name: string): { readonly adapter: string; readonly create: boolean };
  /** The database, for a project's README. */
  described(name: string): string;
  /** The adapter's entry of the package. */
  load(): Promise<unknown>;
}

const POSTGRES_URL = "postgres://postgres:postgres@localhost:5432";

export const ADAPTERS = {
  sqlite: {
    packages: (): Record<string, string> => (hasOwnSqlite() ? {} : { "better-sqlite3": "^12.0.0" }),
    scripts: ["better-sqlite3"],
    repo: (name) => `import { createRepo } from "ectype";
import { postgres } from "ectype/postgres";
import { sqlite } from "ectype/sqlite";

// An SQLite file, or PostgreSQL where DATABASE_URL names one (and pg is installed): postgres://user:password@localhost/${databaseName(name)}
const url = process.env.DATABASE_URL;

export const repo = createRepo({
  adapter: url ? postgres({ url }) : sqlite({ database: "${name}.db" }),
});
`,
    test: () => ({ adapter: 'sqlite({ database: ":memory:" })', create: false }),
    described: (name) => `The SQLite file \`${name}.db\``,
    load: () => import("../sqlite/index.ts"),
  },
  postgres: {
    packages: (): Record<string, string> => ({ pg: "^8.16.0" }),
    scripts: [],
    repo: (name) => `import { createRepo } from "ectype";
import { postgres } from "ectype/postgres";

export const repo = createRepo({
  adapter: postgres({ url: process.env.DATABASE_URL ?? "${POSTGRES_URL}/${databaseName(name)}" }),
});
`,
    test: (name) => ({
      adapter: `postgres({ url: process.env.TEST_DATABASE_URL ?? "${POSTGRES_URL}/${databaseName(name)}_test" })`,
      create: true,
    }),
    described: () => "The PostgreSQL database that `DATABASE_URL` names",
    load: () => import("../postgres/index.ts"),
  },
} as const satisfies Readonly<Record<string, ProjectDatabase>>;

export type AdapterName = keyof typeof ADAPTERS;
export const ADAPTER_NAMES = Object.keys(ADAPTERS) as readonly AdapterName[];

/** What files import as `ectype/NAME`, of every adapter. */
export async function adapterModules(): Promise<Record<string, unknown>> {
  const modules = ADAPTER_NAMES.map(async (name) => [`ectype/${name}`, await ADAPTERS[name].load()] as const);
  return Object.fromEntries(await Promise.all(modules));
}

function databaseName(name: string): string {
  return name.replace(/\W/g, "_");
}
