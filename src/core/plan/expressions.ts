import { QueryError } from "../base/index.ts";
import { clausesThat, hasAny, type Node, type Order, type QueryState, typeOfNode, type Window } from "../query/index.ts";
import { columnExpr, typeIn } from "./bound.ts";
import type { PlannedExpr, PlannedOrder, PlannedWindow } from "./planned.ts";
import type { Inner, Planner } from "./planner-types.ts";
import type { Scope } from "./scope.ts";

type NodeOf<K extends Node["kind"]> = Extract<Node, { kind: K }>;

/** An expression with its names resolved and its values numbered. */
export function planExpr(planner: Planner, node: Node, scope: Scope): PlannedExpr {
  const expr = (inner: Node): PlannedExpr => planner.expr(inner, scope);
  switch (node.kind) {
    case "column":
      return columnExpr(scope.find(node.of), node.field);
    case "binding":
      return { kind: "binding", source: scope.find(node.of).planned };
    case "param":
      return planner.param(node.type, false);
    case "list":
      return planner.param(node.type, true);
    case "literal":
    case "identifier":
    case "constant":
    case "now":
      return node;
    case "alias":
      return { kind: "alias", ...scope.alias(node.name) };
    case "op":
      return { kind: "op", op: node.op, args: planOperands(planner, node.args, scope), type: typeIn(node, scope) };
    case "not":
    case "negate":
      return { kind: node.kind, arg: expr(node.arg) };
    case "isNull":
      return { kind: "isNull", arg: expr(node.arg), negated: node.negated };
    case "between":
      return { kind: "between", arg: expr(node.arg), low: expr(node.low), high: expr(node.high), negated: node.negated };
    case "in":
      return planIn(planner, node, scope);
    case "call":
      return planCall(planner, node, scope);
    case "fragment":
      return {
        kind: "fragment",
        parts: node.parts.map((part) => (typeof part === "string" ? part : planRow(planner, part, scope, null))),
        type: node.type,
      };
    case "splice":
      return { kind: "splice", items: node.items.map(expr) };
    case "cast":
      return { kind: "cast", arg: expr(node.arg), type: node.type };
    case "case":
      return {
        kind: "case",
        branches: node.branches.map((branch) => ({ when: expr(branch.when), then: expr(branch.then) })),
        otherwise: node.otherwise && expr(node.otherwise),
        type: typeIn(node, scope),
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
      return planSubquery(planner, node, scope);
    case "exists":
      return { kind: "exists", query: exprQuery(planner, withoutColumns(node.query), scope, null).planned };
    case "quantified":
      return { kind: "quantified", quantifier: node.quantifier, query: exprQuery(planner, node.query, scope, 1).planned };
    case "selectedAs":
      throw new QueryError(`.as("${node.name}") names a whole expression of the select; it cannot stand inside another`);
    default:
      return node satisfies never;
  }
}

function planSubquery(planner: Planner, node: NodeOf<"subquery">, scope: Scope): PlannedExpr {
  const { planned, outputs } = exprQuery(planner, node.query, scope, 1);
  const [output] = outputs.values();
  return { kind: "subquery", query: planned, type: typeOfNode(node) ?? output?.type ?? null };
}

function planIn(planner: Planner, node: NodeOf<"in">, scope: Scope): PlannedExpr {
  if (node.right.kind === "tuple" && node.right.items.length === 0) return { kind: "literal", value: node.negated };
  const [left, right] = planOperands(planner, [node.left, node.right], scope) as [PlannedExpr, PlannedExpr];
  return { kind: "in", left, right, negated: node.negated };
}

/** Beside a tuple, a query selects a value for each of its items. */
function planOperands(planner: Planner, args: readonly Node[], scope: Scope): PlannedExpr[] {
  const width = args[0]?.kind === "tuple" ? args[0].items.length : 1;
  return args.map((arg) => planRow(planner, arg, scope, width));
}

/** An expression, or a query of so many columns; of any number in a fragment, whose text says what they are for. */
function planRow(planner: Planner, node: Node, scope: Scope, width: number | null): PlannedExpr {
  if ((node.kind !== "subquery" && node.kind !== "quantified") || width === 1) return planner.expr(node, scope);
  return planner.within(node, () => {
    const query = exprQuery(planner, withNames(node.query), scope, width).planned;
    return node.kind === "subquery" ? { kind: "subquery", query } : { kind: "quantified", quantifier: node.quantifier, query };
  });
}

/** The values of a list have no names, and as a row they need none: they are called by their position, as in a combination. */
function withNames(query: QueryState): QueryState {
  if (query.select?.kind !== "tuple") return query;
  return { ...query, select: { kind: "object", entries: query.select.items.map((item, at) => [String(at), item]) } };
}

function planCall(planner: Planner, node: NodeOf<"call">, scope: Scope): PlannedExpr {
  const args = node.args.map((arg) => planner.expr(arg, scope));
  const orderBy = node.orderBy && planner.orders(node.orderBy, scope);
  const filter = node.filter && planner.expr(node.filter, scope);
  const over = node.over && planner.window(node.over, scope);
  return {
    kind: "call",
    name: node.name,
    args,
    type: typeIn(node, scope),
    ...(node.distinct ? { distinct: true } : {}),
    ...(orderBy ? { orderBy } : {}),
    ...(node.withinGroup ? { withinGroup: true } : {}),
    ...(filter ? { filter } : {}),
    ...(over ? { over } : {}),
  };
}

export function planOrders(planner: Planner, orders: readonly Order[], scope: Scope): PlannedOrder[] {
  return orders.map(({ node, direction }) => ({ expr: planner.expr(node, scope), direction }));
}

export function planWindow(planner: Planner, window: Window, scope: Scope): PlannedWindow {
  if (window.base !== null && !scope.windows.has(window.base)) {
    throw new QueryError(
      `there is no window named "${window.base}"; define it with windows({ ${window.base}: … }). Known: ${[...scope.windows].join(", ") || "none"}`,
    );
  }
  return {
    base: window.base,
    partitionBy: window.partitionBy.map((node) => planner.expr(node, scope)),
    orderBy: planner.orders(window.orderBy, scope),
    frame: window.frame && planner.expr(window.frame, scope),
  };
}

/** Clauses whose meaning depends on the columns that are selected. */
const ABOUT_COLUMNS = clausesThat({
  as: false,
  prefix: false,
  ctes: false,
  distinct: true,
  select: true,
  joins: false,
  where: false,
  groupBy: false,
  having: false,
  windows: false,
  combinations: true,
  orderBy: false,
  limit: false,
  offset: false,
  withTies: false,
  lock: false,
  update: false,
  preloads: false,
  limitPer: true,
  hints: false,
});

/** Whether rows exist does not depend on their columns. */
function withoutColumns(query: QueryState): QueryState {
  if (hasAny(query, ABOUT_COLUMNS)) return query;
  return { ...query, select: { kind: "expr", node: { kind: "literal", value: 1 } } };
}

function exprQuery(planner: Planner, query: QueryState, scope: Scope, width: number | null): Inner {
  const inner = planner.inner(query, scope, query.prefix ?? scope.prefix);
  const { outputs } = inner;
  if (width !== null && outputs.size !== width) {
    const wanted =
      width === 1
        ? "a subquery used as a value must select one column"
        : `a subquery beside a tuple of ${width} must select ${width} columns`;
    throw new QueryError(`${wanted}; this one selects ${outputs.size}`);
  }
  return inner;
}
