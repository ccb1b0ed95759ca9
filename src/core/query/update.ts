import { didYouMean, isFunction, kindOf, QueryError } from "../base/index.ts";
import type { FieldInfo } from "../schema/index.ts";
import { callWithBindings, exprOf, isDynamic } from "./clauses.ts";
import { Expr } from "./expr.ts";
import { hiddenAs } from "./node-type.ts";
import { isQueryLike, STATE } from "./query-like.ts";
import { param } from "./param.ts";
import { columnNode, type Node, type QueryState, type UpdateOp } from "./node.ts";
import { located } from "./location.ts";
import { typedSlot } from "./slot.ts";

const OPS = ["set", "inc", "push", "pull"] as const;

/** What an update writes, `{ set: { title: "x" }, inc: { visits: 1 } }` or a callback that returns it, as a list of operations. */
export function updatesOf(query: QueryState, argument: unknown): readonly UpdateOp[] {
  if (isFunction(argument)) return callWithBindings(query, "update", argument, (spec) => operations(query, spec));
  return operations(query, argument);
}

function operations(query: QueryState, spec: unknown): readonly UpdateOp[] {
  if (isDynamic(spec)) throw new QueryError("update takes a dynamic as the value of a field: { set: { title: dynamic(…) } }");
  if (typeof spec !== "object" || spec === null || Array.isArray(spec))
    throw new QueryError(`update takes an object such as { set: { title: "x" } }, not ${kindOf(spec)}`);
  const taken = new Set(query.update.map((one) => one.field));
  return Object.entries(spec).flatMap(([name, values]) => {
    const op = OPS.find((one) => one === name);
    if (op === undefined) throw new QueryError(`update: unknown operation "${name}". ${didYouMean(name, OPS)}`);
    if (typeof values !== "object" || values === null || Array.isArray(values))
      throw new QueryError(`update: ${op} takes an object of fields, not ${kindOf(values)}`);
    return Object.entries<unknown>(values).map(([field, value]): UpdateOp => {
      if (taken.has(field)) throw new QueryError(`update: "${field}" is set twice`);
      taken.add(field);
      return {
        op,
        field,
        value: located(query, () => valueNode(query, op, field, isDynamic(value) ? exprOf(query, value, "update") : value)),
      };
    });
  });
}

const NUMBERS = new Set(["integer", "bigint", "float", "decimal", "duration"]);

/** Numbers are added to numbers, items to lists. @throws QueryError */
function checkOperation(op: UpdateOp["op"], { name, type }: FieldInfo): void {
  if (op === "inc" && !NUMBERS.has(type.storage))
    throw new QueryError(`update: inc adds to a number, and "${name}" is of type ${type.name}. Use set`);
  if ((op === "push" || op === "pull") && type.storage !== "array")
    throw new QueryError(`update: ${op} is about the items of an array, and "${name}" is of type ${type.name}. Use set`);
}

function valueNode(query: QueryState, op: UpdateOp["op"], field: string, value: unknown): Node {
  const { source } = query;
  const info = "info" in source ? source.info : null;
  const declared = info?.fieldOrThrow(field);
  if (declared?.virtual) throw new QueryError(`update: "${field}" of ${info?.name} is virtual: it has no column`);
  if (declared && declared.writable !== "always")
    throw new QueryError(`update: "${field}" of ${info?.name} is not writable in updates (writable: "${declared.writable}")`);
  if (declared) checkOperation(op, declared);
  if (value === undefined) throw new QueryError(`update: "${field}" was given undefined; leave it out, or set it to null`);
  const cell = (op === "push" || op === "pull" ? declared?.type.inner : declared?.type) ?? null;
  if (value instanceof Expr) return typedSlot(value.node, cell);
  if (isQueryLike(value)) return { kind: "subquery", query: value[STATE] };
  const target = columnNode(source, field, declared?.type ?? null);
  const written = declared && (op === "push" || op === "pull" ? declared.type.inner : declared.type);
  const type = written ? hiddenAs(target, written) : null;
  if (value === null) {
    if (op !== "set") throw new QueryError(`update: ${op} of "${field}" was given null`);
    return { kind: "param", value: null, type };
  }
  return param(value, type, target);
}
