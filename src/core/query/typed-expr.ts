import type { ExprOf } from "./decimal-expr.ts";
import { Expr } from "./expr.ts";
import type { Node } from "./node.ts";

/** A node as the expression of its value. That of a decimal is the same object: it differs in its types alone. */
export function typedExpr<T>(node: Node): ExprOf<T>;
export function typedExpr(node: Node): Expr<unknown> {
  return new Expr(node);
}
