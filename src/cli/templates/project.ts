export type AdapterName = "sqlite" | "postgres";

export interface ProjectChoices {
  /** The package's name. */
  readonly name: string;
  readonly adapter: AdapterName;
  /** The dependency on ectype, as package.json writes it. */
  readonly ectype: string;
  /** Whether SQLite needs a driver of its own on this Node. */
  readonly betterSqlite3: boolean;
  /** Whether the project's own files are ES modules. */
  readonly modules: boolean;
  /** How imports of its files end. */
  readonly ending: string;
}

const DRIVERS = { "better-sqlite3": "^12.0.0", pg: "^8.16.0" } as const;
// Runs TypeScript on every Node: in the project's scripts, and in the command line.
const RUNNER = "jiti";
const TOOLS = { "@types/node": "^20.19.0", typescript: ">=5.9.0 <8" } as const;

export function dependencies({ adapter, ectype, betterSqlite3 }: ProjectChoices): Record<string, string> {
  const driver = adapter === "postgres" ? "pg" : betterSqlite3 ? "better-sqlite3" : null;
  return { ...(driver === "better-sqlite3" ? { [driver]: DRIVERS[driver] } : {}), ectype, ...(driver === "pg" ? { pg: DRIVERS.pg } : {}) };
}

export function devDependencies(): Record<string, string> {
  return { ...TOOLS };
}

/** What the scripts of a new project need beside. */
function scriptDependencies(): Record<string, string> {
  return { ...TOOLS, [RUNNER]: "^2.7.0" };
}

/** Every file of a new project, by its path. */
export function projectFiles(choices: ProjectChoices): Record<string, string> {
  return {
    "package.json": packageJson(choices),
    "tsconfig.json": tsconfig(choices),
    ...ectypeFiles(choices),
    "src/main.ts": MAIN,
    "test/first.test.ts": firstTest(choices),
    "README.md": readme(choices),
    ".gitignore": "node_modules/\n.env\n*.db\n*.db-shm\n*.db-wal\n*.db-migrating\n",
  };
}

/** The files that ectype itself needs. */
export function ectypeFiles(choices: ProjectChoices): Record<string, string> {
  return {
    "ectype.config.ts": CONFIG,
    "src/repo.ts": choices.adapter === "postgres" ? postgresRepo(choices.name) : sqliteRepo(choices.name),
    "src/schemas/.gitkeep": "",
    "db/migrations/.gitkeep": "",
    "db/seeds.ts": seeds(choices),
  };
}

function packageJson(choices: ProjectChoices): string {
  const manifest = {
    name: choices.name,
    private: true,
    type: "module",
    scripts: {
      dev: `node --watch --import ${RUNNER}/register src/main.ts`,
      start: `node --import ${RUNNER}/register src/main.ts`,
      test: `node --import ${RUNNER}/register --test test/*.test.ts`,
      console: "ectype console",
      migrate: "ectype migrate",
      typecheck: "tsc",
    },
    dependencies: dependencies(choices),
    devDependencies: scriptDependencies(),
    ...(choices.adapter === "sqlite" && choices.betterSqlite3 ? { allowScripts: { "better-sqlite3": true } } : {}),
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** In CommonJS files the compiler takes import statements only where it may rewrite them. */
function tsconfig({ modules }: ProjectChoices): string {
  return modules ? TSCONFIG : TSCONFIG.replace('    "verbatimModuleSyntax": true,\n', "");
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
  "include": ["src", "db", "test", "ectype.config.ts"]
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

/** A function, since CommonJS files know no await outside of one. */
function seeds({ ending }: ProjectChoices): string {
  return `import type { Repo } from "ectype";
// import { Movie } from "../src/schemas/movie${ending}";

/** Data to begin with; run it with: ectype seed */
export default async function seed(repo: Repo): Promise<void> {
  // await repo.insertOrThrow(Movie.build({ title: "Ready Player One" }));
}
`;
}

const MAIN = `import { repo } from "./repo.ts";

// Where your program begins.
const { rows } = await repo.query("select 'The database answers.'");
console.log(rows[0]?.[0]);
await repo.close();
`;

function firstTest({ adapter, name }: ProjectChoices): string {
  const sqlite = adapter === "sqlite";
  const url = `process.env.TEST_DATABASE_URL ?? "postgres://postgres:postgres@localhost:5432/${databaseName(name)}_test"`;
  return `import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createRepo } from "ectype";
import { migrate } from "ectype/migration";
import { ${sqlite ? "sqlite" : "postgres"} } from "ectype/${sqlite ? "sqlite" : "postgres"}";

// A database of the tests' own, with all migrations.
const repo = createRepo({ adapter: ${sqlite ? 'sqlite({ database: ":memory:" })' : `postgres({ url: ${url} })`} });
before(async () => {
${sqlite ? "" : "  await repo.adapter.storage.create();\n"}  await migrate(repo, { dir: "db/migrations", quiet: true });
});
after(() => repo.close());

test("the database answers", async () => {
  assert.equal(Number((await repo.query("select 1")).rows[0]?.[0]), 1);
});
`;
}

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
The command line reads \`.env\`; your program does with \`node --env-file=.env\`.

\`\`\`sh
npx ectype create                        # create the database
npx ectype gen migration create_movies   # write a migration
npx ectype migrate                       # run it
npx ectype console                       # try it out
npm run dev                              # run src/main.ts, again at every change
npm test                                 # run the tests in test/
npx ectype --help                        # and the rest
\`\`\`
`;
}
