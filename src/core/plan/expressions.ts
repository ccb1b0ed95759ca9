import { QueryError } from "../base/index.ts";
import type { Node, Order, QueryState, Window } from "../query/index.ts";
import { columnExpr } from "./bound.ts";
import type { PlannedExpr, PlannedOrder, PlannedQuery, PlannedWindow } from "./planned.ts";
import type { Planning } from "./planning.ts";
import type { Scope } from "./scope.ts";

type NodeOf<K extends Node["kind"]> = Extract<Node, { kind: K }>;

/** An expression with its names resolved and its values numbered. */
export function planExpr(planning: Planning, node: Node, scope: Scope): PlannedExpr {
  const expr = (inner: Node): PlannedExpr => planning.expr(inner, scope);
  switch (node.kind) {
    case "column":
      return columnExpr(scope.find(node.of), node.field);
    case "param":
      return planning.param(node.type, false);
    case "list":
      return planning.param(node.type, true);
    case "literal":
    case "identifier":
    case "constant":
    case "now":
      return node;
    case "alias":
      return { kind: "alias", name: scope.alias(node.name) };
    case "op":
      return { kind: "op", op: node.op, args: node.args.map(expr) };
    case "not":
    case "negate":
      return { kind: node.kind, arg: expr(node.arg) };
    case "isNull":
      return { kind: "isNull", arg: expr(node.arg), negated: node.negated };
    case "between":
      return { kind: "between", arg: expr(node.arg), low: expr(node.low), high: expr(node.high), negated: node.negated };
    case "in":
      return planIn(node, expr);
    case "call":
      return planCall(planning, node, scope);
    case "fragment":
      return { kind: "fragment", parts: node.parts.map((part) => (typeof part === "string" ? part : expr(part))) };
    case "splice":
      return { kind: "splice", items: node.items.map(expr) };
    case "cast":
      return { kind: "cast", arg: expr(node.arg), type: node.type };
    case "case":
      return {
        kind: "case",
        branches: node.branches.map((branch) => ({ when: expr(branch.when), then: expr(branch.then) })),
        otherwise: node.otherwise && expr(node.otherwise),
      };
    case "tuple":
      return { kind: "tuple", items: node.items.map(expr) };
    case "json":
      return {
        kind: "json",
        arg: expr(node.arg),
        path: node.path.map((step) => (typeof step === "object" ? expr(step) : step)),
        asText: node.asText,
      };
    case "dateAdd":
      return { kind: "dateAdd", result: node.result, arg: expr(node.arg), count: expr(node.count), unit: node.unit, type: node.type };
    case "subquery":
      return { kind: "subquery", query: exprQuery(planning, node.query, scope, true) };
    case "exists":
      return { kind: "exists", query: exprQuery(planning, withoutColumns(node.query), scope, false) };
    case "quantified":
      return { kind: "quantified", quantifier: node.quantifier, query: exprQuery(planning, node.query, scope, true) };
    case "selectedAs":
      throw new QueryError(`.as("${node.name}") names a whole expression of the select; it cannot stand inside another`);
    default:
      return node satisfies never;
  }
}

function planIn(node: NodeOf<"in">, expr: (node: Node) => PlannedExpr): PlannedExpr {
  const left = expr(node.left);
  if (node.right.kind === "tuple" && node.right.items.length === 0) return { kind: "literal", value: node.negated };
  return { kind: "in", left, right: expr(node.right), negated: node.negated };
}

function planCall(planning: Planning, node: NodeOf<"call">, scope: Scope): PlannedExpr {
  const args = node.args.map((arg) => planning.expr(arg, scope));
  const orderBy = node.orderBy && planning.orders(node.orderBy, scope);
  const filter = node.filter && planning.expr(node.filter, scope);
  const over = node.over && planning.window(node.over, scope);
  return {
    kind: "call",
    name: node.name,
    args,
    ...(node.distinct ? { distinct: true } : {}),
    ...(orderBy ? { orderBy } : {}),
    ...(filter ? { filter } : {}),
    ...(over ? { over } : {}),
  };
}

export function planOrders(planning: Planning, orders: readonly Order[], scope: Scope): PlannedOrder[] {
  return orders.map(({ node, direction }) => ({ expr: planning.expr(node, scope), direction }));
}

export function planWindow(planning: Planning, window: Window, scope: Scope): PlannedWindow {
  if (window.base !== null && !scope.windows.has(window.base)) {
    throw new QueryError(
      `there is no window named "${window.base}"; define it with windows({ ${window.base}: … }). Known: ${[...scope.windows].join(", ") || "none"}`,
    );
  }
  return {
    base: window.base,
    partitionBy: window.partitionBy.map((node) => planning.expr(node, scope)),
    orderBy: planning.orders(window.orderBy, scope),
    frame: window.frame && planning.expr(window.frame, scope),
  };
}

/** Whether rows exist does not depend on their columns. */
function withoutColumns(query: QueryState): QueryState {
  if (query.select || query.distinct || query.combinations.length > 0 || query.limitPer) return query;
  return { ...query, select: { kind: "expr", node: { kind: "literal", value: 1 } } };
}

function exprQuery(planning: Planning, query: QueryState, scope: Scope, single: boolean): PlannedQuery {
  const { planned, outputs } = planning.inner(query, scope, query.prefix ?? scope.prefix);
  if (single && outputs.size !== 1)
    throw new QueryError(`a subquery used as a value must select one column; this one selects ${outputs.size}`);
  return planned;
}
