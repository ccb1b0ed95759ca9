import type { JoinSource } from "../../../index.ts";

/** A query that changes rows, and what it answers: the number of rows, or what they return, in no order. */
export interface ChangeCase {
  readonly name: string;
  /** `all` for a read whose CTEs write. */
  readonly kind: "updateAll" | "deleteAll" | "all";
  readonly query: () => JoinSource<unknown>;
  readonly answer: number | readonly unknown[];
  readonly refused?: { readonly sqlite?: RegExp; readonly postgres?: RegExp };
}

function change(kind: ChangeCase["kind"]) {
  return (name: string, query: ChangeCase["query"], answer: ChangeCase["answer"], refused?: ChangeCase["refused"]): ChangeCase =>
    refused ? { name, kind, query, answer, refused } : { name, kind, query, answer };
}
export const update = change("updateAll");
export const remove = change("deleteAll");
export const read = change("all");
