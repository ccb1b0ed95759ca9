import { CastError, kindOf, print, QueryError, REDACTED } from "../base/index.ts";
import { isCut, isStorableText, jsonNull, type Type } from "../type/index.ts";
import { nameOf, type Node } from "./node.ts";
import { hiddenAs, typeOfNode } from "./node-type.ts";

/** A parameter, cast by its type; `op` and `beside` are the operator that it is for, and what stands on the other side of that. */
export function param(value: unknown, type: Type | null, beside?: Node, op?: string): Node {
  if (type === null) return { kind: "param", value, type: null };
  const cast = type.cast(value);
  if (cast.ok && !isCut(value, cast.value, type)) return { kind: "param", value: cast.value, type };
  const hidden = beside === undefined ? type : hiddenAs(beside, type);
  const own = beside ? typeOfNode(beside) : null;
  const shown = own?.exact?.name === type.name ? own.name : type.name;
  const whose = beside && own?.name === shown ? `, the type of ${nameOf(beside)}` : "";
  const message = cast.ok ? CUT : cast.error.message;
  const unstorable = typeof value === "string" && !isStorableText(value) ? `: it ${UNSTORABLE}` : "";
  const why = hidden.redact ? "" : message === undefined || message.includes("%{") ? unstorable : `: it ${message}`;
  const error = new CastError(`${hidden.redact ? REDACTED : shownValue(value)} cannot be cast to ${shown}${whose}${why}`, {
    type: type.name,
    ...(hidden.redact ? {} : { value }),
  });
  if (beside && op) comparisons.set(error, comparison(op, beside, { kind: "param", value, type: hidden }));
  throw error;
}

const UNSTORABLE = "holds a NUL or half a surrogate pair, which no database has in texts";
const CUT = "has a fraction of a second that the type does not hold: cut it, or declare the field with a precision of 3 or 6";

/** A comparison with a value that could not be cast. */
export interface Comparison {
  readonly node: Node;
  readonly value: Node;
}
/** Of such an error, for the query that it arises in to print. */
export const comparisons = new WeakMap<CastError, Comparison>();

function comparison(op: string, left: Node, value: Node): Comparison {
  if (op !== "in") return { node: { kind: "op", op, args: [left, value], type: null }, value };
  return { node: { kind: "in", left, right: { kind: "tuple", items: [value] }, negated: false }, value };
}

/** JSON's null inside a value is NULL in a query: nothing is equal to it. */
export function refuseJsonNull(value: unknown, beside?: Node): void {
  if (value === jsonNull && beside?.kind === "json")
    throw new QueryError(
      "comparing a JSON path with jsonNull is never true in SQL: null inside JSON is NULL there. Use isNull() or isNotNull()",
    );
}

function shownValue(value: unknown): string {
  const text = print(value);
  return text.length > 80 ? kindOf(value) : text;
}
