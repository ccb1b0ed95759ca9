import { join } from "node:path";
import type { Entry, Folders } from "../measure.ts";
import type { Options } from "../options.ts";
import { type Bytes, measureBytes } from "./bytes.ts";
import { type Growth, measureGrowth, type Memory, MOST_ROWS } from "./growth.ts";
import { type ImportTime, measureImports } from "./imports.ts";
import { programsOf } from "./programs.ts";
import { SCHEMAS, measureTypes, type TypeCost } from "./types.ts";
import { TYPE_PROGRAMS } from "./type-programs.ts";

/** What is measured beside the rows of the table. */
export interface Side {
  readonly imports: readonly ImportTime[];
  readonly bytes: readonly Bytes[];
  readonly types: readonly TypeCost[];
  readonly memory: readonly Memory[];
  readonly growth: readonly Growth[];
}

const IMPORT_ROUNDS = 7;
const GROWTH_TIME = 150;

/** What fails is told and left out; the rest goes on. */
export async function measureSide(
  entries: readonly Entry[],
  { contenders, smoke }: Options,
  { build, bench, root }: Folders,
  failures: string[],
): Promise<Side> {
  const dist = entries.find(({ contender }) => contender === "ectype")?.ectype ?? join(root, "dist");
  const work = join(build, "side");
  const has = ({ contender }: { readonly contender: string }) => contenders.includes(contender);
  const programs = programsOf(dist, join(build, "prisma")).filter(has);
  const attempt = async <T>(what: string, run: () => T | Promise<T>): Promise<T[]> => {
    try {
      return [await run()];
    } catch (error) {
      const failure = `${what}: ${error instanceof Error ? error.message : error}`;
      console.error(failure);
      failures.push(failure);
      return [];
    }
  };
  const bytes: Bytes[] = [];
  const types: TypeCost[] = [];
  console.log("Measuring bytes.");
  for (const program of programs)
    bytes.push(...(await attempt(`bytes of ${program.name}`, () => measureBytes(program, [bench, root], work))));
  console.log("Measuring the cost of types.");
  for (const program of TYPE_PROGRAMS.filter(has))
    types.push(...(await attempt(`types of ${program.name}`, () => measureTypes(program, smoke ? 5 : SCHEMAS, dist, root, work))));
  console.log("Measuring imports.");
  const [imports = []] = await attempt("imports", () => measureImports(programs, dist, root, work, smoke ? 1 : IMPORT_ROUNDS));
  console.log("Measuring memory and growth.");
  const options = { most: smoke ? 1000 : MOST_ROWS, time: smoke ? 5 : GROWTH_TIME, root };
  const [grown] = await attempt("memory and growth", () => measureGrowth(entries, options, failures));
  return { imports, bytes, types, memory: grown?.memory ?? [], growth: grown?.growth ?? [] };
}
