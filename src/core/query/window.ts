import { checkOptions, optionNames, QueryError } from "../base/index.ts";
import { exprNode, orderNode } from "./expression.ts";
import type { Window } from "./node.ts";

/** What a window is given as: the keys of its node. */
type WindowParts = { readonly [K in keyof Window]?: K extends "base" ? string : unknown };

const WINDOW_OPTIONS = optionNames<WindowParts>({ base: true, partitionBy: true, orderBy: true, frame: true });

/** The node of a window: of a name that `windows` defines, or of what one is made of. */
export function windowNode(window: string | WindowParts | undefined): Window {
  if (typeof window !== "string" && window !== undefined)
    checkOptions("a window", window, WINDOW_OPTIONS, (message) => new QueryError(message));
  if (typeof window === "string") return { base: window, partitionBy: [], orderBy: [], frame: null };
  const { base = null, partitionBy = [], orderBy = [], frame } = window ?? {};
  return {
    base,
    partitionBy: [partitionBy].flat().map((one: unknown) => exprNode(one, "partitionBy")),
    orderBy: [orderBy].flat().map(orderNode),
    frame: frame === undefined ? null : exprNode(frame, "frame"),
  };
}
