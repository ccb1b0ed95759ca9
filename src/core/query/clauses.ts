import { didYouMean, inCamelCase, isFunction, isPlainObject, kindOf, QueryError } from "../base/index.ts";
import { exactType, type Type, types } from "../type/index.ts";
import { type BindingObject, bindingOf, isSpread, joinsObject } from "./binding.ts";
import { wholly } from "./built.ts";
import { conditionNode, exprNode, orderNode } from "./expression.ts";
import { type Dynamic, Expr } from "./expr.ts";
import {
  type AssocSource,
  equal,
  fieldColumn,
  joinNodes,
  type Node,
  type Order,
  type OrderDirection,
  type QueryState,
  type Source,
} from "./node.ts";
import { operand } from "./operand.ts";
import { typeOfNode } from "./node-type.ts";
import { located, refuseDropped } from "./location.ts";
import { whileActive } from "./rebind.ts";
import { typedSlot } from "./slot.ts";

/**
 * Calls a callback with the query's bindings, and makes of its result what the clause takes.
 * @throws QueryError where a condition that the callback built is not in its result
 */
export function callWithBindings<A, T>(
  query: QueryState,
  clause: string,
  fn: (root: BindingObject, joins: object) => A,
  take: (given: A) => T,
): T {
  const call = (): T => take(fn(bindingOf(query.source), joinsObject(query)));
  return located(query, () => whileActive(query, () => wholly(call, (dropped) => refuseDropped(query, clause, dropped.node))));
}

export function isDynamic(value: unknown): value is Dynamic {
  // A binding refuses to be asked for what is no field of it.
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, "build")) return false;
  return "kind" in value && value.kind === "dynamic" && "build" in value && typeof value.build === "function";
}

/** The expression that a dynamic is in a query, for a clause that takes one value. @throws QueryError where it says nothing, or is an order */
export function exprOf(query: QueryState, dynamic: Dynamic, clause: string): Expr<unknown> {
  const made: unknown = built(dynamic)(bindingOf(query.source), joinsObject(query));
  if (made instanceof Expr) return made;
  throw new QueryError(`${clause} takes a dynamic of one expression; this one gives ${kindOf(made)}`);
}

/** A clause's value with the expressions in place of the dynamics that stand in it, in lists and objects of any nesting. */
export function withoutDynamics(query: QueryState, value: unknown, clause: string): unknown {
  if (isDynamic(value)) return exprOf(query, value, clause);
  if (Array.isArray(value)) return value.map((one) => withoutDynamics(query, one, clause));
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype || isSpread(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withoutDynamics(query, one, clause)]));
}

/** What builds a dynamic. @throws QueryError where dynamics stand in each other so deeply that they exhaust the stack */
function built({ build }: Dynamic): Dynamic["build"] {
  return (root, joins) => {
    try {
      return build(root, joins);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new QueryError("a dynamic is nested too deeply: dynamics stand in each other thousands of levels deep", { cause: error });
    }
  };
}

/** A where or having argument as a node; null where a dynamic has nothing to say. */
export function conditionOf(query: QueryState, argument: unknown, clause: string, of: Source | AssocSource = query.source): Node | null {
  if (isFunction(argument)) return callWithBindings(query, clause, argument, conditionNode);
  if (isDynamic(argument)) return callWithBindings(query, clause, built(argument), (made) => (made === null ? null : conditionNode(made)));
  if (argument instanceof Expr) return argument.node;
  if (isPlainObject(argument)) return equalities(query, of, argument, clause);
  return conditionNode(argument);
}

/** `{ title: "x", id: 1 }` as equalities on a source. Null and undefined are errors: they would widen or empty the result silently. */
function equalities(query: QueryState, of: Source | AssocSource, conditions: Record<string, unknown>, clause: string): Node {
  const binding = bindingOf(of);
  const nodes = Object.entries(conditions).map(([name, value]): Node => {
    const left = namedColumn(binding, name);
    if (value === undefined)
      throw new QueryError(`${clause} was given undefined for "${name}". Leave the key out where there is no condition`);
    return equal(
      left,
      located(query, () => operand(value, exactType(typeOfNode(left)), "=", left)),
    );
  });
  return joinNodes("and", nodes);
}

function namedColumn(binding: BindingObject, name: string): Node {
  return exprNode(binding[name], name);
}

/** Order terms from a callback, names, an object of directions, or a dynamic. */
export function ordersOf(query: QueryState, argument: unknown, clause: string): readonly Order[] {
  if (isFunction(argument)) return callWithBindings(query, clause, argument, (given) => list(given).map(orderNode));
  if (isDynamic(argument)) return callWithBindings(query, clause, built(argument), (made) => list(made ?? []).map(orderNode));
  const binding = bindingOf(query.source);
  if (typeof argument === "string" || Array.isArray(argument)) return list(argument).map((one) => namedOrder(binding, one, clause));
  if (isPlainObject(argument)) {
    return Object.entries(argument).map(([name, direction]) => ({
      node: namedColumn(binding, name),
      direction: directionOf(direction),
    }));
  }
  throw new QueryError(`${clause} takes a callback, names, or an object such as { title: "desc" }, not ${kindOf(argument)}`);
}

function namedOrder(binding: BindingObject, one: unknown, clause: string): Order {
  if (typeof one === "string") return { node: namedColumn(binding, one), direction: "asc" };
  if (typeof one === "object") return orderNode(one);
  throw new QueryError(`${clause} takes names of fields, not ${kindOf(one)}`);
}

const DIRECTIONS: readonly OrderDirection[] = ["asc", "desc", "ascNullsFirst", "ascNullsLast", "descNullsFirst", "descNullsLast"];

function directionOf(direction: unknown): OrderDirection {
  const known = inCamelCase(direction, DIRECTIONS);
  if (known) return known;
  throw new QueryError(`"${String(direction)}" is no direction to order by. ${didYouMean(String(direction), DIRECTIONS)}`);
}

/** Grouping terms from a callback, names, or a dynamic. */
export function groupsOf(query: QueryState, argument: unknown, clause: string): readonly Node[] {
  if (isFunction(argument)) return callWithBindings(query, clause, argument, (given) => list(given).map((one) => exprNode(one, clause)));
  return ordersOf(query, argument, clause).map((order) => order.node);
}

/** A count of rows that comes with a run. */
const COUNT: Type = {
  ...types.integer(),
  cast: (value) =>
    typeof value === "number" && Number.isSafeInteger(value) && value >= 0
      ? { ok: true, value }
      : { ok: false, error: { message: "must be a whole number from 0 on" } },
};

/** A limit or an offset: a number, or an expression without columns. */
export function countNode(value: unknown, clause: string): Node {
  if (value instanceof Expr) {
    if (value.node.kind === "column") throw new QueryError(`${clause} cannot name a column; give it a number`);
    return typedSlot(value.node, COUNT);
  }
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return { kind: "param", value, type: types.integer() };
  throw new QueryError(`${clause} takes a whole number from 0 on, not ${typeof value === "number" ? value : kindOf(value)}`);
}

const OPPOSITE: Record<OrderDirection, OrderDirection> = {
  asc: "desc",
  desc: "asc",
  ascNullsFirst: "descNullsLast",
  ascNullsLast: "descNullsFirst",
  descNullsFirst: "ascNullsLast",
  descNullsLast: "ascNullsFirst",
};

/** The same order, backwards; where there is none, by primary key from the last. */
export function reversed(query: QueryState): readonly Order[] {
  return (query.orderBy.length > 0 ? query.orderBy : primaryKeyOrder(query)).map((order) => ({
    ...order,
    direction: OPPOSITE[order.direction],
  }));
}

/** Ascending by the primary key of the root's schema. */
export function primaryKeyOrder(query: QueryState): readonly Order[] {
  const { source } = query;
  if (!("info" in source) || !source.info)
    throw new QueryError("first, last and reverseOrder need an orderBy where the query's source has no schema");
  if (source.info.primaryKey.length === 0)
    throw new QueryError(`first, last and reverseOrder need an orderBy: schema ${source.info.name} has no primary key`);
  const { info } = source;
  return info.primaryKey.map((name) => ({ node: fieldColumn(source, info, name), direction: "asc" }));
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}
