import type { Node, Order, Part, QueryOperation, QueryState, Window } from "../query/index.ts";
import type { Type } from "../type/index.ts";
import type { Columns } from "./columns.ts";
import type { PlannedExpr, PlannedOrder, PlannedQuery, PlannedWindow } from "./planned.ts";
import type { Output, Scope } from "./scope.ts";

/** A query inside another, and the columns that it offers. */
export interface Inner {
  readonly planned: PlannedQuery;
  readonly outputs: ReadonlyMap<string, Output>;
}

/** What the parts of the planner ask of each other, so that none of them imports another in a circle. */
export interface Planner {
  /** The next parameter, in the order of `fingerprint`. */
  param(type: Type | null, list: boolean): PlannedExpr;
  /** The parameters of a list of values where it is packed, for so many columns; null where each value is one of its own. */
  packed(columns: number): readonly PlannedExpr[] | null;
  alias(name: string): string;
  expr(node: Node, scope: Scope): PlannedExpr;
  orders(orders: readonly Order[], scope: Scope): PlannedOrder[];
  window(window: Window, scope: Scope): PlannedWindow;
  /** Runs the step that plans one part of the query, at which an error of that step is marked. */
  within<T>(part: Part, plan: () => T): T;
  /** A query whose columns the function says. */
  rows(query: QueryState, parent: Scope, prefix: string | null, select: (scope: Scope, columns: Columns) => void): PlannedQuery;
  inner(query: QueryState, parent: Scope | null, prefix: string | null, operation?: QueryOperation): Inner;
}
