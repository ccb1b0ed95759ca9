import type { Packing } from "../core/plan/index.ts";
import { arrayLiteral, pgTypeName } from "./dialect.ts";

/** Lists of values are an array for each column, whose type the server must know: `unnest($1::bigint[], $2::text[])`. */
export const packing: Packing = {
  by: "columns",
  holds: (type) => pgTypeName(type) !== null,
  pack: arrayLiteral,
};
