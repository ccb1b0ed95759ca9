import { KeyPath } from "../base/index.ts";
import type { AssocSource, BindingRef, Node, Order, QueryState, Source, Window } from "../query/index.ts";
import type { Type } from "../type/index.ts";
import type { Packed } from "./packing.ts";

/** A value that a query binds: cast already, encoded when the query runs. */
export interface ParamValue {
  readonly value: unknown;
  readonly type: Type | null;
  /** The whole right side of an `in`. */
  readonly list: boolean;
  /** In a list of values: which of its columns and rows this parameter holds. */
  readonly packed?: Packed;
  /** Where it stands in the query. */
  readonly node?: Node;
}

const typeIds = new WeakMap<Type, number>();
let lastTypeId = 0;

// No two different queries take the same way: each kind of part begins with a word of its own, a list says first how long it is, and what
// may be missing at the end of a part is announced at its beginning.

/** Writes the key of expressions, and gathers their values. */
export abstract class ExpressionKey<V> extends KeyPath<V> {
  readonly params: ParamValue[] = [];
  /** The sources of the query that is written, and of those around it. */
  protected readonly scopes: (Source | AssocSource)[][] = [];

  abstract query(query: QueryState): void;

  protected texts(values: readonly string[]): void {
    this.part(values.length);
    for (const value of values) this.part(value);
  }

  /** A number for each type object: types of equal name may load differently. */
  protected type(type: Type | null): void {
    if (type === null) {
      this.part(0);
      return;
    }
    let id = typeIds.get(type);
    if (id === undefined) {
      id = ++lastTypeId;
      typeIds.set(type, id);
    }
    this.part(id);
  }

  protected ref(ref: BindingRef | AssocSource): void {
    if (ref.kind === "named") {
      this.part(ref.scope === "own" ? "n" : "N");
      this.part(ref.name);
      return;
    }
    for (let depth = this.scopes.length - 1; depth >= 0; depth--) {
      const at = (this.scopes[depth] as (Source | AssocSource)[]).indexOf(ref);
      if (at >= 0) {
        this.part(this.scopes.length - 1 - depth);
        this.part(at);
        return;
      }
    }
    this.part("?");
  }

  protected orders(label: string, orders: readonly Order[]): void {
    this.part(label);
    this.part(orders.length);
    for (const { node, direction } of orders) {
      this.part(direction);
      this.node(node);
    }
  }

  protected window({ base, partitionBy, orderBy, frame }: Window): void {
    if (base !== null) {
      this.part("base");
      this.part(base);
    }
    this.nodes("p", partitionBy);
    this.orders("o", orderBy);
    this.maybe("F", frame);
    this.part(")");
  }

  protected maybe(label: string, node: Node | null): void {
    if (node === null) return;
    this.part(label);
    this.node(node);
  }

  protected nodes(label: string, nodes: readonly Node[]): void {
    this.part(label);
    this.part(nodes.length);
    for (const node of nodes) this.node(node);
  }

  protected node(node: Node): void {
    switch (node.kind) {
      case "column":
        this.part("c");
        this.ref(node.of);
        this.part(node.field);
        // A binding that is looked up by name has the types that it was named with, whatever it turns out to be.
        if (node.of.kind === "named") this.type(node.type);
        return;
      case "binding":
        this.part("n");
        this.ref(node.of);
        return;
      case "param":
        this.part("?");
        this.type(node.type);
        this.params.push({ value: node.value, type: node.type, list: false, node });
        return;
      case "list":
        this.part("??");
        this.type(node.type);
        this.params.push({ value: node.values, type: node.type, list: true, node });
        return;
      case "literal":
        this.part("=");
        this.#plain(node.value);
        return;
      case "op":
        this.part("op");
        this.nodes(node.op, node.args);
        return;
      case "not":
        this.part("!");
        this.node(node.arg);
        return;
      case "negate":
        this.part("-");
        this.node(node.arg);
        return;
      case "isNull":
        this.part(node.negated ? "notNull" : "null");
        this.node(node.arg);
        return;
      case "between":
        this.part(node.negated ? "b" : "B");
        this.node(node.arg);
        this.node(node.low);
        this.node(node.high);
        return;
      case "in":
        this.part(node.negated ? "notIn" : "in");
        this.node(node.left);
        this.node(node.right);
        return;
      case "call":
        this.part("F");
        this.part(node.name);
        this.part(
          `${node.distinct ? "d" : ""}${node.orderBy ? (node.withinGroup ? "g" : "o") : ""}${node.filter ? "f" : ""}${node.over ? "v" : ""}`,
        );
        this.type(node.type);
        this.nodes("", node.args);
        if (node.orderBy) this.orders("", node.orderBy);
        if (node.filter) this.node(node.filter);
        if (node.over) this.window(node.over);
        return;
      case "fragment":
        this.part("R");
        this.part(node.parts.length);
        this.type(node.type);
        for (const part of node.parts) this.#step(part);
        return;
      case "identifier":
        this.part("i");
        this.part(node.name);
        return;
      case "constant":
        this.part("k");
        this.#plain(node.value);
        return;
      case "splice":
        this.nodes("s", node.items);
        return;
      case "cast":
        this.part("t");
        this.type(node.type);
        this.node(node.arg);
        return;
      case "case":
        this.part(node.otherwise ? "else" : "E");
        this.part(node.branches.length);
        this.type(node.type);
        for (const branch of node.branches) {
          this.node(branch.when);
          this.node(branch.then);
        }
        if (node.otherwise) this.node(node.otherwise);
        return;
      case "tuple":
        this.nodes("(", node.items);
        return;
      case "json":
        this.part(node.asText ? "jsonText" : "J");
        this.part(node.path.length);
        this.node(node.arg);
        for (const step of node.path) this.#step(step);
        return;
      case "dateAdd":
        this.part("d");
        this.part(node.result);
        this.part(node.unit);
        this.type(node.type);
        this.node(node.arg);
        this.node(node.count);
        return;
      case "now":
        this.part("w");
        this.type(node.type);
        return;
      case "subquery":
      case "exists":
        this.part(node.kind);
        this.query(node.query);
        return;
      case "quantified":
        this.part(node.quantifier);
        this.query(node.query);
        return;
      case "selectedAs":
        this.part("z");
        this.part(node.name);
        this.node(node.arg);
        return;
      case "alias":
        this.part("Z");
        this.part(node.name);
        return;
      default:
        node satisfies never;
    }
  }

  /** Text, or a number, among expressions. */
  #step(step: string | number | Node): void {
    if (typeof step === "object") this.node(step);
    else this.#plain(step);
  }

  /** A value that stands in the SQL. */
  #plain(value: string | number | boolean | null): void {
    this.part("#");
    this.part(typeof value);
    this.part(String(value));
  }
}
