import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generate } from "../prisma/generate.mjs";
import type { TypeProgram } from "./type-programs.ts";

/** What the compiler says of the program. */
export interface TypeCost {
  readonly name: string;
  readonly instantiations: number;
  readonly types: number;
  readonly seconds: number;
  readonly megabytes: number;
}

export const SCHEMAS = 100;

/** @param dist a build of ectype, with declarations @param work below the folder in which packages are found */
export function measureTypes(
  { contender, name, program, models }: TypeProgram,
  count: number,
  dist: string,
  root: string,
  work: string,
): TypeCost {
  const folder = join(work, `types-${contender}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  if (models !== undefined) generate(folder, "postgresql", models(count));
  writeFileSync(join(folder, "program.ts"), program(count));
  const compilerOptions = {
    target: "es2022",
    lib: ["es2023", "esnext.disposable"],
    module: "nodenext",
    strict: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: true,
    noEmit: true,
    allowImportingTsExtensions: true,
    experimentalDecorators: true,
    types: ["node"],
    typeRoots: [join(root, "node_modules/@types")],
    paths: { ectype: [join(dist, "index.d.ts")] },
  };
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["program.ts"] }));
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const { stdout, status } = spawnSync(process.execPath, [tsc, "-p", folder, "--extendedDiagnostics"], {
    encoding: "utf8",
    maxBuffer: 2 ** 26,
    timeout: 300_000,
  });
  if (status !== 0) throw new Error(`the program does not compile: ${stdout.split("\n").slice(0, 3).join("\n")}`);
  const read = (label: string) => Number(new RegExp(`^${label}:\\s+([\\d.]+)`, "m").exec(stdout)?.[1]);
  return {
    name,
    instantiations: read("Instantiations"),
    types: read("Types"),
    seconds: read("Check time"),
    megabytes: Math.round(read("Memory used") / 1024),
  };
}
