import { ADAPTERS, type AdapterName } from "../adapters.ts";

export interface ProjectChoices {
  /** The package's name. */
  readonly name: string;
  readonly adapter: AdapterName;
  /** The dependency on ectype, as package.json writes it. */
  readonly ectype: string;
  /** The packages that the adapter needs, with their versions. */
  readonly packages: Readonly<Record<string, string>>;
  /** Whether the project's own files are ES modules. */
  readonly modules: boolean;
  /** How imports of its files end. */
  readonly ending: string;
}

// Runs TypeScript on every Node: in the project's scripts, and in the command line.
const RUNNER = "jiti";
const TOOLS = { "@types/node": "^20.19.0", typescript: ">=5.9.0 <8" } as const;

export function dependencies({ ectype, packages }: ProjectChoices): Record<string, string> {
  return Object.fromEntries(Object.entries({ ectype, ...packages }).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What package.json says of packages whose install scripts must run: npm asks for it. */
export function allowedScripts(names: readonly string[], adapter: AdapterName): { allowScripts?: Record<string, true> } {
  const needed = ADAPTERS[adapter].scripts.filter((script) => names.includes(script));
  return needed.length > 0 ? { allowScripts: Object.fromEntries(needed.map((name) => [name, true])) } : {};
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
    "src/repo.ts": ADAPTERS[choices.adapter].repo(choices.name),
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
    ...allowedScripts(Object.keys(choices.packages), choices.adapter),
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
  const database = ADAPTERS[adapter].test(name);
  return `import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createRepo } from "ectype";
import { migrate } from "ectype/migration";
import { ${adapter} } from "ectype/${adapter}";

// A database of the tests' own, with all migrations.
const repo = createRepo({ adapter: ${database.adapter} });
before(async () => {
${database.create ? "  await repo.adapter.storage.create();\n" : ""}  await migrate(repo, { dir: "db/migrations", quiet: true });
});
after(() => repo.close());

test("the database answers", async () => {
  assert.equal(Number((await repo.query("select 1")).rows[0]?.[0]), 1);
});
`;
}

function readme({ name, adapter }: ProjectChoices): string {
  return `# ${name}

${ADAPTERS[adapter].described(name)} is set up in \`src/repo.ts\`. Schemas live in \`src/schemas\`, migrations in \`db/migrations\`.
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
