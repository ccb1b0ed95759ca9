import type { QueryCase } from "./case.ts";
import { aggregates } from "./aggregates.ts";
import { conditions } from "./conditions.ts";
import { ctes } from "./ctes.ts";
import { expressions } from "./expressions.ts";
import { joins } from "./joins.ts";
import { preloads } from "./preloads.ts";
import { results } from "./results.ts";
import { sources } from "./sources.ts";

/** The cases of the whole query language, by group. */
export const queryCases: Readonly<Record<string, readonly QueryCase[]>> = {
  conditions,
  expressions,
  sources,
  joins,
  ctes,
  results,
  aggregates,
  preloads,
};
