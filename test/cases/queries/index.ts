import type { QueryCase } from "./case.ts";
import { expressions } from "./expressions.ts";
import { preloads } from "./preloads.ts";
import { results } from "./results.ts";
import { sources } from "./sources.ts";

/** The cases of the whole query language, by group. */
export const queryCases: Readonly<Record<string, readonly QueryCase[]>> = { expressions, sources, results, preloads };
