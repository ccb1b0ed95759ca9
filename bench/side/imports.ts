import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { median } from "../race.ts";
import { DATABASES, type Database, type Program } from "./programs.ts";
import { processTimes } from "./run.ts";

/** Milliseconds of a fresh process that imports something and ends; of an empty one under the name "an empty script". */
export interface ImportTime {
  readonly name: string;
  readonly database: Database | null;
  readonly milliseconds: number;
}

export const EMPTY = "an empty script";

/** @param dist a build of ectype @param work where the scripts are written: packages are found from there */
export function measureImports(programs: readonly Program[], dist: string, root: string, work: string, rounds: number): ImportTime[] {
  mkdirSync(work, { recursive: true });
  const scripts: { name: string; database: Database | null; file: string }[] = [];
  const add = (name: string, database: Database | null, text: string) => {
    const file = join(work, `import-${scripts.length}.mjs`);
    writeFileSync(file, text);
    scripts.push({ name, database, file });
  };
  add(EMPTY, null, "");
  for (const [entry, file] of entryPoints(root, dist)) add(entry, null, `import "${pathToFileURL(file).href}";`);
  for (const program of programs) for (const database of DATABASES) add(program.name, database, program.imports(database));
  const times = processTimes(
    scripts.map(({ file }) => file),
    rounds,
  );
  return scripts.map(({ name, database }, at) => ({ name, database, milliseconds: median(times[at] as number[]) }));
}

/** The entry points by the names that users import, with their files. */
function entryPoints(root: string, dist: string): [string, string][] {
  const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { exports: Record<string, string> };
  return Object.entries(exports)
    .filter(([, file]) => file.endsWith(".js"))
    .map(([path, file]) => [`ectype${path.slice(1)}`, join(dist, file.replace("./dist/", ""))]);
}
