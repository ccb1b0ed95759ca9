import { INSPECT, kindOf, PRINT, QueryError } from "../base/index.ts";
import type { KIND } from "../schema/index.ts";
import { isBuilding, remember } from "./built.ts";
import { nameOf, type Node, type Order, type OrderDirection } from "./node.ts";
import { mayBeCondition } from "./node-type.ts";

/** What every expression is below its methods: its node, and whether anything was made of it. */
export class Expression {
  readonly #node: Node;
  #used = false;
  constructor(node: Node) {
    this.#node = node;
    if (isBuilding() && mayBeCondition(node)) remember(this);
  }

  /** @internal Whoever reads it makes something of the expression. */
  get node(): Node {
    this.#used = true;
    return this.#node;
  }
  /** @internal */
  get isUsed(): boolean {
    return this.#used;
  }

  [PRINT](): string {
    return `#Expr<${this.#node.kind}>`;
  }
  [INSPECT](): string {
    return this[PRINT]();
  }
  /** @throws QueryError always: the value is known to the database alone */
  [Symbol.toPrimitive](): never {
    return noText(nameOf(this.#node));
  }
  /**
   * Refuses to make a text of what the database alone knows; join texts with `concat`.
   * @throws QueryError always
   * @example from(Movie).select((m) => String(m.title)) // => throws QueryError
   * @see JavaScript: String
   */
  toString(): never {
    return noText(nameOf(this.#node));
  }
  /**
   * Refuses to make JSON of what the database alone knows.
   * @throws QueryError always
   * @example from(Movie).select((m) => JSON.stringify({ title: m.title })) // => throws QueryError
   * @see JavaScript: JSON.stringify
   */
  toJSON(): never {
    return noText(nameOf(this.#node));
  }
}

/** Refuses to make a text, a number or JSON of what only the database can compute. */
export function noText(what: string): never {
  throw new QueryError(
    `${what} is SQL, and was used as a JavaScript value: in a template, beside + or <, or in JSON. The database alone knows its value; join texts with .concat(), compute with .add(), compare with .eq() or .lt(), or write SQL: sql\`lower(\${m.title})\``,
  );
}

/** An expression with the direction in which to order by it. */
export class Ordering {
  declare readonly [KIND]: "ordering";
  /** @internal */
  readonly node: Node;
  /** @internal */
  readonly direction: OrderDirection;
  constructor(node: Node, direction: OrderDirection) {
    this.node = node;
    this.direction = direction;
  }
  /** @throws QueryError always: it is no JavaScript value */
  [Symbol.toPrimitive](): never {
    return noText("an order");
  }
  [PRINT](): string {
    return `#Ordering<${this.node.kind} ${this.direction}>`;
  }
  [INSPECT](): string {
    return this[PRINT]();
  }
}
/** The node of a condition; anything else, a JavaScript boolean above all, is an error. */
export function conditionNode(condition: unknown): Node {
  if (condition instanceof Expression) return condition.node;
  throw new QueryError(
    `a condition must be an SQL expression such as m.id.eq(1), not ${typeof condition === "boolean" ? `the JavaScript value ${condition}: comparing with === or && happens before SQL sees it` : kindOf(condition)}`,
  );
}

export function orderNode(term: unknown): Order {
  if (term instanceof Ordering) return { node: term.node, direction: term.direction };
  if (term instanceof Expression) return { node: term.node, direction: "asc" };
  throw new QueryError(`orderBy takes columns and expressions, such as m.title.desc(), not ${kindOf(term)}`);
}

export function exprNode(value: unknown, clause: string): Node {
  if (value instanceof Expression) return value.node;
  throw new QueryError(`${clause} takes an SQL expression, not ${kindOf(value)}`);
}
