export type AdapterName = "sqlite" | "postgres";

export interface ProjectChoices {
  /** The package's name. */
  readonly name: string;
  readonly adapter: AdapterName;
  /** The dependency on ectype, as package.json writes it. */
  readonly ectype: string;
  /** Whether SQLite needs a driver of its own on this Node. */
  readonly betterSqlite3: boolean;
}

const DRIVERS = { "better-sqlite3": "^12.0.0", pg: "^8.16.0" } as const;
const TOOLS = { "@types/node": "^20.19.0", typescript: ">=5.9.0 <8" } as const;

export function dependencies({ adapter, ectype, betterSqlite3 }: ProjectChoices): Record<string, string> {
  const driver = adapter === "postgres" ? "pg" : betterSqlite3 ? "better-sqlite3" : null;
  return { ...(driver === "better-sqlite3" ? { [driver]: DRIVERS[driver] } : {}), ectype, ...(driver === "pg" ? { pg: DRIVERS.pg } : {}) };
}

export function devDependencies(): Record<string, string> {
  return { ...TOOLS };
}

/** Every file of a new project, by its path. */
export function projectFiles(choices: ProjectChoices): Record<string, string> {
  return {
    "package.json": packageJson(choices),
    "tsconfig.json": TSCONFIG,
    ...ectypeFiles(choices),
    "README.md": readme(choices),
    ".gitignore": "node_modules/\n*.db\n*.db-shm\n*.db-wal\n*.db-migrating\n",
  };
}

/** The files that ectype itself needs. */
export function ectypeFiles(choices: ProjectChoices): Record<string, string> {
  return {
    "ectype.config.ts": CONFIG,
    "src/repo.ts": choices.adapter === "postgres" ? postgresRepo(choices.name) : sqliteRepo(choices.name),
    "src/schemas/.gitkeep": "",
    "db/migrations/.gitkeep": "",
    "db/seeds.ts": SEEDS,
  };
}

function packageJson(choices: ProjectChoices): string {
  const manifest = {
    name: choices.name,
    private: true,
    type: "module",
    scripts: {
      console: "ectype console",
      migrate: "ectype migrate",
      typecheck: "tsc",
    },
    dependencies: dependencies(choices),
    devDependencies: devDependencies(),
    ...(choices.adapter === "sqlite" && choices.betterSqlite3 ? { allowScripts: { "better-sqlite3": true } } : {}),
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

const TSCONFIG = `{
  "compilerOptions": {
    "target": "es2022",
    "lib": ["es2023"],
    "types": ["node"],
    "module": "nodenext",
    "moduleDetection": "force",
    "strict": true,
    "noUncheckedIndexedAccess": true,
    "verbatimModuleSyntax": true,
    "erasableSyntaxOnly": true,
    "allowImportingTsExtensions": true,
    "noEmit": true
  },
  "include": ["src", "db", "ectype.config.ts"]
}
`;

const CONFIG = `import { defineConfig } from "ectype/config";

export default defineConfig({
  repo: "./src/repo.ts",
  schemas: "./src/schemas/*.ts",
  migrations: "db/migrations",
  seeds: "db/seeds.ts",
});
`;

const SEEDS = `// Data to begin with; run it with: ectype seed
// import { repo } from "../src/repo.ts";
// import { Movie } from "../src/schemas/movie.ts";
// await repo.insertOrThrow(Movie.build({ title: "Ready Player One" }));
export {};
`;

function sqliteRepo(name: string): string {
  return `import { createRepo } from "ectype";
import { postgres } from "ectype/postgres";
import { sqlite } from "ectype/sqlite";

// An SQLite file, or PostgreSQL where DATABASE_URL names one (and pg is installed): postgres://user:password@localhost/${databaseName(name)}
const url = process.env.DATABASE_URL;

export const repo = createRepo({
  adapter: url ? postgres({ url }) : sqlite({ database: "${name}.db" }),
});
`;
}

function postgresRepo(name: string): string {
  return `import { createRepo } from "ectype";
import { postgres } from "ectype/postgres";

export const repo = createRepo({
  adapter: postgres({ url: process.env.DATABASE_URL ?? "postgres://postgres:postgres@localhost:5432/${databaseName(name)}" }),
});
`;
}

function databaseName(name: string): string {
  return name.replace(/\W/g, "_");
}

function readme({ name, adapter }: ProjectChoices): string {
  const database = adapter === "postgres" ? "The PostgreSQL database that `DATABASE_URL` names" : `The SQLite file \`${name}.db\``;
  return `# ${name}

${database} is set up in \`src/repo.ts\`. Schemas live in \`src/schemas\`, migrations in \`db/migrations\`.

\`\`\`sh
npx ectype create                        # create the database
npx ectype gen migration create_movies   # write a migration
npx ectype migrate                       # run it
npx ectype console                       # try it out
npx ectype --help                        # and the rest
\`\`\`
`;
}
