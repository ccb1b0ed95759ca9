import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { MOVIES, Workplace, buildPackage, newProject } from "./support.ts";

let pkg = "";
beforeAll(() => {
  pkg = buildPackage();
});

const modules = fileURLToPath(new URL("../../node_modules", import.meta.url));

/** Puts the packages where an install would have put them. */
function installed(place: Workplace, ...more: string[]): Workplace {
  mkdirSync(join(place.folder, "node_modules", "@types"), { recursive: true });
  symlinkSync(pkg, join(place.folder, "node_modules", "ectype"), "junction");
  for (const name of ["@types/node", ...more]) symlinkSync(join(modules, name), join(place.folder, "node_modules", name), "junction");
  return place;
}

function compiled(place: Workplace): string {
  return spawnSync(process.execPath, [join(modules, "typescript", "bin", "tsc"), "--noEmit"], { cwd: place.folder, encoding: "utf8" })
    .stdout;
}

function node(place: Workplace, ...args: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: place.folder, encoding: "utf8" });
  return { status, output: stdout + stderr };
}

describe("a new project", () => {
  test("compiles, starts and passes its first test, which runs the migrations", async () => {
    const place = installed(await newProject(pkg), "jiti");
    place.write({ "db/migrations/20260101000001_create_movies.ts": MOVIES });
    const { scripts, devDependencies } = JSON.parse(place.read("package.json")) as {
      scripts: Record<string, string>;
      devDependencies: Record<string, string>;
    };
    expect(Object.keys(scripts)).toEqual(["dev", "start", "test", "console", "migrate", "typecheck"]);
    expect(devDependencies).toHaveProperty("jiti");
    expect(compiled(place)).toBe("");
    const words = (script: string) =>
      scripts[script]?.replace("node ", "").replace("test/*.test.ts", "test/first.test.ts").split(" ") ?? [];
    const started = node(place, ...words("start"));
    // A newer Node warns of what the loader of TypeScript calls.
    const said = started.output.split("\n").filter((line) => !/^\((node:\d+\) \[DEP|Use `node --trace-deprecation)/.test(line));
    expect([started.status, said]).toEqual([0, ["The database answers.", ""]]);
    const tested = node(place, ...words("test"));
    expect([tested.status, /(# )?pass 1/.test(tested.output)]).toEqual([0, true]);
  });

  test("reads .env in the command line, below what is set already", async () => {
    const place = await newProject(pkg);
    place.write({
      ".env": 'DATABASE_FILE="from env.db"\nGREETING=from-file\n',
      "src/repo.ts": `import { createRepo } from "ectype";
import { sqlite } from "ectype/sqlite";
export const repo = createRepo({ adapter: sqlite({ database: process.env.DATABASE_FILE ?? "none.db" }) });
`,
    });
    expect(await place.ok(["create"])).toContain("from env.db");
    expect(place.has("from env.db")).toBe(true);
    expect(await place.ok(["console", "-e", "process.env.GREETING"])).toBe('"from-file"\n');
    place.env = { GREETING: "already set" };
    expect(await place.ok(["console", "-e", "process.env.GREETING"])).toBe('"already set"\n');
    expect(place.read(".gitignore")).toContain(".env\n");
    expect(await place.ok(["--help"])).toContain(".env");
  });
});

describe("TypeScript", () => {
  test("of migrations is loaded by migrate() itself, on every Node", async () => {
    const place = installed(await newProject(pkg), "jiti");
    place.write({
      "db/migrations/20260101000001_create_movies.ts": `import { migration } from "ectype/migration";
import { Kind, title } from "../names";
export default migration({ change(m) { m.createTable(Kind.Movies as string, (t) => t.add(title, "string")); } });
`,
      "db/names.ts": 'export enum Kind { Movies = "movies" }\nexport const title: string = "title";\n',
      "run.mjs": `import { createRepo } from "ectype";
import { migrate, rollback } from "ectype/migration";
import { sqlite } from "ectype/sqlite";
const repo = createRepo({ adapter: sqlite({ database: ":memory:" }) });
console.log(await migrate(repo, { dir: "db/migrations", quiet: true }), await rollback(repo, { dir: "db/migrations", quiet: true }));
await repo.close();
`,
    });
    const { status, output } = node(place, "run.mjs");
    expect([status, output.replace(/\(node.*\n|.*ExperimentalWarning.*\n/g, "")]).toEqual([0, "[ 20260101000001 ] [ 20260101000001 ]\n"]);
  });

  test("is taken by the console, over lines too", async () => {
    const place = await newProject(pkg);
    const script = `const n: number = 20 + 1
function twice<T extends number>(x: T): number {
  return x * 2;
}
twice(n as number)
interface Shape { a: number }
import type { Params } from "ectype"
const shape = { a: 1 } satisfies Shape
shape.a!
import { repo as mine } from "./src/repo.ts"; const same: boolean = mine === repo; same
`;
    const { code, stdout, stderr } = await place.run(["console"], script);
    expect([code, stderr, stdout]).toEqual([0, "", "21\n42\n{ a: 1 }\n1\ntrue\n"]);
    expect(await place.fails(["console"], "const x: = 3\n")).toContain("SyntaxError");
  });

  test("finds the paths of tsconfig.json", async () => {
    const place = await newProject(pkg);
    place.write({
      "tsconfig.json": '{ "compilerOptions": { "module": "nodenext", /* here */ "paths": { "@/*": ["./src/*"], }, } }',
      "src/settings.ts": 'export const file: string = "aliased.db";\n',
      "src/repo.ts": `import { createRepo } from "ectype";
import { sqlite } from "ectype/sqlite";
import { file } from "@/settings";
export const repo = createRepo({ adapter: sqlite({ database: file }) });
`,
      "db/migrations/20260101000001_create_movies.ts": MOVIES.replace(
        "export default",
        'import { file } from "@/settings";\nfile.length;\nexport default',
      ),
    });
    await place.ok(["create"]);
    expect(place.has("aliased.db")).toBe(true);
    expect(await place.ok(["migrate"])).toContain("20260101000001");
    expect(await place.ok(["console", "-e", '(await import("@/settings")).file'])).toBe('"aliased.db"\n');
  });
});

describe("gen schema", () => {
  test("refers to the schema of the table, whatever the association is called", async () => {
    const place = installed(await newProject(pkg));
    place.write({
      "src/schemas/people/account.ts": "",
      "src/schemas/account.ts":
        'import { field, schema } from "ectype";\nexport class Account extends schema("users", { name: field.string() }) {}\n',
    });
    const told = await place.ok([
      "gen", "schema", "Post", "posts", "title", "author:references:users", "editor:references:users", "parent:references:posts", "topic:references:categories",
    ]); // biome-ignore format: a command
    const text = place.read("src/schemas/post.ts");
    expect(text.match(/^import .* from ".*\.ts";$/gm)).toEqual([
      'import { Account } from "./account.ts";',
      'import { Category } from "./category.ts";',
    ]);
    expect(text).toContain("author: () => belongsTo(Account)");
    expect(text).toContain("editor: () => belongsTo(Account)");
    expect(text).toContain("parent: () => belongsTo(Post)");
    expect(text).toContain("topic: () => belongsTo(Category)");
    expect(told).toContain("ectype gen schema Category categories");
    await place.ok(["gen", "schema", "Category", "categories", "name"]);
    expect(compiled(place)).toBe("");
  });
});

describe("ectype init", () => {
  const NEXT = {
    "package.json": JSON.stringify({ name: "web", dependencies: {} }),
    "tsconfig.json": `{
  // as a new Next.js project has it
  "compilerOptions": {
    "target": "ES2022", "lib": ["dom", "esnext"], "skipLibCheck": true, "strict": true, "noEmit": true, "esModuleInterop": true,
    "module": "esnext", "moduleResolution": "bundler", "resolveJsonModule": true, "isolatedModules": true, "types": ["node"],
    "paths": { "@/*": ["./src/*"] },
  },
  "include": ["**/*.ts"],
}`,
  };
  const COMMONJS = {
    "package.json": JSON.stringify({ name: "old", dependencies: {} }),
    "tsconfig.json":
      '{ "compilerOptions": { "target": "es2022", "module": "nodenext", "strict": true, "noEmit": true, "types": ["node"] } }',
  };
  test.each<[string, Record<string, string>]>([
    ["a bundler's project", NEXT],
    ["a CommonJS project", COMMONJS],
    ["a CommonJS project without a tsconfig", { "package.json": COMMONJS["package.json"] }],
    ["a project of ES modules", { "package.json": JSON.stringify({ name: "esm", type: "module" }) }],
  ])("writes files that compile and run in %s", async (_, files) => {
    const place = new Workplace(pkg);
    place.write(files);
    await place.ok(["init", "--no-install"]);
    installed(place);
    await place.ok(["gen", "schema", "User", "users", "name"]);
    await place.ok(["gen", "schema", "Post", "posts", "title", "author:references:users"]);
    expect(compiled(place)).toBe("");
    await place.ok(["create"]);
    await place.ok(["migrate"]);
    await place.ok(["seed"]);
    expect(await place.ok(["console", "-e", "repo.all(Post)"])).toBe("[]\n");
    expect(readdirSync(join(place.folder, "db/migrations")).filter((file) => file.endsWith(".ts"))).toHaveLength(2);
  });

  test("says what a project of the old kind must change", async () => {
    const place = new Workplace(pkg);
    place.write({ "package.json": "{}", "tsconfig.json": '{ "compilerOptions": { "module": "commonjs" } }' });
    expect(await place.ok(["init", "--no-install"])).toContain('set "module": "nodenext"');
  });
});

describe("migrations", () => {
  test("--pending lists what has not run, and fails where there is any", async () => {
    const place = await newProject(pkg);
    expect(await place.ok(["migrations", "--pending"])).toContain("Every migration has run.");
    place.write({ "db/migrations/20260101000001_create_movies.ts": MOVIES });
    const { code, stdout, stderr } = await place.run(["migrations", "--pending"]);
    expect([code, stdout.includes("20260101000001"), stderr]).toEqual([
      1,
      true,
      "error: 1 migration has not run yet. Run with: ectype migrate.\n",
    ]);
    await place.ok(["migrate"]);
    const listed = await place.ok(["migrations", "--pending"]);
    expect([listed.includes("20260101000001"), listed.includes("Every migration has run.")]).toEqual([false, true]);
  });
});

describe("ectype query", () => {
  test.each(["attach 'made.db' as made", "/* a */ ATTACH DATABASE 'made.db' AS m", "/* a */ ;-- b\n vacuum into 'made.db'"])(
    "refuses %s, which makes a file",
    async (text) => {
      const place = await newProject(pkg);
      expect(await place.fails(["query", text])).toContain("only reads");
      expect(place.has("made.db")).toBe(false);
    },
  );
});
