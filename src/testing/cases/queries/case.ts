// What a case of the query language is made of.
import type { JoinSource } from "../../../index.ts";

/** A query and the rows that it gives. */
export interface QueryCase {
  readonly name: string;
  readonly query: () => JoinSource<unknown>;
  /** As JSON has them: dates and decimals as text. */
  readonly rows: readonly unknown[];
  /** The rows come in no order. */
  readonly unordered?: boolean;
}

/** `it("where", () => from(Movie), [rows])` */
export function entry(
  name: string,
  query: () => JoinSource<unknown>,
  rows: readonly unknown[],
  more: Omit<Partial<QueryCase>, "name" | "query" | "rows"> = {},
): QueryCase {
  return { name, query, rows, ...more };
}
