import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { freshFolder } from "../support/databases.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** The package as it would be installed, built from the sources as they are; dist is left alone. */
export function buildPackage(): string {
  const folder = realpathSync(freshFolder());
  const args = [join(root, "scripts", "build.mjs"), join(folder, "dist"), "--noCheck"];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`The package cannot be built:\n${stdout}${stderr}`);
  cpSync(join(root, "package.json"), join(folder, "package.json"));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction");
  return folder;
}

/** A folder with the command line beside it. */
export class Workplace {
  readonly pkg: string;
  folder: string = realpathSync(freshFolder());
  env: Record<string, string> = {};

  constructor(pkg: string) {
    this.pkg = pkg;
  }

  /** Runs `ectype …` in the folder. */
  run(args: readonly string[], input = "", cwd = this.folder): Promise<Outcome> {
    const { DATABASE_URL: _url, NODE_ENV: _env, FORCE_COLOR: _color, DEBUG: _debug, ...inherited } = process.env;
    const env = { ...inherited, NO_COLOR: "1", ...this.env };
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [join(this.pkg, "dist", "cli", "bin.js"), ...args], { cwd, env });
      let [stdout, stderr] = ["", ""];
      child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
      child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
      child.once("error", reject).once("close", (code) => resolve({ code, stdout, stderr }));
      child.stdin.on("error", () => {}).end(input);
    });
  }

  /** Runs it, and gives back what it wrote; a failure is an error. */
  async ok(args: readonly string[], input?: string): Promise<string> {
    const { code, stdout, stderr } = await this.run(args, input);
    if (code !== 0) throw new Error(`ectype ${args.join(" ")} failed with code ${code}:\n${stdout}${stderr}`);
    return stdout;
  }

  /** Runs it, and gives back its complaint; a success is an error. */
  async fails(args: readonly string[], input?: string): Promise<string> {
    const { code, stdout, stderr } = await this.run(args, input);
    if (code === 0) throw new Error(`ectype ${args.join(" ")} should have failed:\n${stdout}`);
    return stderr;
  }

  write(files: Record<string, string>): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.folder, path)), { recursive: true });
      writeFileSync(join(this.folder, path), text);
    }
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), "utf8");
  }

  has(path: string): boolean {
    return existsSync(join(this.folder, path));
  }

  list(path: string): string[] {
    return readdirSync(join(this.folder, path)).sort();
  }
}

/** A new project, without its packages: the command line has those that it needs. */
export async function newProject(pkg: string, ...flags: string[]): Promise<Workplace> {
  const place = new Workplace(pkg);
  await place.ok(["new", "friends", "--no-install", ...flags]);
  place.folder = join(place.folder, "friends");
  return place;
}

export const MOVIES = `import { migration } from "ectype/migration";
export default migration({
  change(m) {
    m.createTable("movies", (t) => {
      t.add("title", "string");
      t.add("tagline", "string");
    });
  },
});
`;
export const CHARACTERS = `import { migration, references } from "ectype/migration";
export default migration({
  change(m) {
    m.createTable("characters", (t) => {
      t.add("name", "string");
      t.add("movie_id", references("movies"));
    });
  },
});
`;
export const SCHEMAS = {
  "src/schemas/movie.ts": `import { field, hasMany, schema } from "ectype";
import { Character } from "./character.ts";

export class Movie extends schema("movies", {
  title: field.string(),
  tagline: field.string(),
  characters: () => hasMany(Character),
}) {}
`,
  "src/schemas/character.ts": `import { belongsTo, field, schema } from "ectype";
import { Movie } from "./movie.ts";

export class Character extends schema("characters", {
  name: field.string(),
  movie: () => belongsTo(Movie),
}) {}
`,
};
