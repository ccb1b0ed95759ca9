// What a case of updateAll and deleteAll is made of.
import type { JoinSource, QueryOperation } from "../../../index.ts";

/** A query that changes rows, and what it answers: the number of rows, or what they return, in no order. */
export interface ChangeCase {
  readonly name: string;
  /** `all` for a read whose CTEs write. */
  readonly operation: QueryOperation;
  readonly query: () => JoinSource<unknown>;
  readonly answer: number | readonly unknown[];
}

function change(operation: ChangeCase["operation"]) {
  return (name: string, query: ChangeCase["query"], answer: ChangeCase["answer"]): ChangeCase => ({ name, operation, query, answer });
}
export const update = change("updateAll");
export const remove = change("deleteAll");
export const read = change("all");
