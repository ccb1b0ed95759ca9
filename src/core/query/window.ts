import { checkOptions, kindOf, optionNames, QueryError, type Unchecked } from "../base/index.ts";
import { exprNode, orderNode } from "./expression.ts";
import type { Window } from "./node.ts";

const WINDOW_OPTIONS = optionNames<Window>({ base: true, partitionBy: true, orderBy: true, frame: true });

/** The node of a window: of a name that `windows` defines, or of what one is made of. */
export function windowNode(window: unknown): Window {
  if (typeof window === "string") return { base: window, partitionBy: [], orderBy: [], frame: null };
  if (window !== undefined) checkOptions("a window", window, WINDOW_OPTIONS, (message) => new QueryError(message));
  const { base = null, partitionBy = [], orderBy = [], frame }: Unchecked<Window> = window ?? {};
  if (base !== null && typeof base !== "string") throw new QueryError(`the base of a window is the name of another, not ${kindOf(base)}`);
  return {
    base,
    partitionBy: [partitionBy].flat().map((one) => exprNode(one, "partitionBy")),
    orderBy: [orderBy].flat().map(orderNode),
    frame: frame === undefined ? null : exprNode(frame, "frame"),
  };
}
