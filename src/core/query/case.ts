import type { Type } from "../type/index.ts";
import { type Condition, Expr } from "./expr.ts";
import { conditionNode } from "./expression.ts";
import type { Node } from "./node.ts";
import { typeOfNode } from "./node-type.ts";
import { operand } from "./operand.ts";
import { alone } from "./slot.ts";
import { valueType } from "./value-type.ts";

/**
 * `CASE WHEN … THEN … ELSE … END`: an expression as it stands, null where no branch holds.
 * @throws QueryError for what is no condition
 * @example caseWhen(m.year.lt(2018), 1).else(2) // SQLite: CASE WHEN m0."year" < ? THEN ? ELSE ? END
 * @see SQL: CASE
 */
export function caseWhen<T>(condition: Condition, value: Expr<T> | T): Case<Widen<T>> {
  return new Case<never>([], null).when<T>(condition, value);
}
type Widen<T> = T extends string ? string : T extends number ? number : T extends boolean ? boolean : T;

/**
 * A CASE under construction; it is an expression as it stands, null where no branch holds.
 * @see SQL: CASE
 */
export class Case<out T> extends Expr<T | null> {
  /** @internal */
  readonly branches: readonly { readonly when: Node; readonly then: Node }[];
  constructor(branches: readonly { readonly when: Node; readonly then: Node }[], type: Type | null) {
    super({ kind: "case", branches, otherwise: null, type });
    this.branches = branches;
  }
  /**
   * Another branch.
   * @throws QueryError for what is no condition
   * @example caseWhen(m.year.lt(2000), 1).when(m.year.lt(2010), 2).else(3)
   * // SQLite: CASE WHEN m0."year" < ? THEN ? WHEN m0."year" < ? THEN ? ELSE ? END
   * @see SQL: CASE
   */
  when<U>(condition: Condition, value: Expr<U> | U): Case<T | Widen<U>> {
    const then = branchNode(value);
    const type = typeOfNode(this.node) ?? typeOfNode(then);
    return new Case([...this.branches, { when: conditionNode(condition), then }], type);
  }
  /**
   * The value where no branch holds.
   * @example caseWhen(m.released, m.title).else(m.tagline) // SQL: CASE WHEN m0."released" THEN m0."title" ELSE m0."tagline" END
   * @see SQL: CASE
   */
  else<U>(value: Expr<U> | U): Expr<T | Widen<U>> {
    const otherwise = branchNode(value);
    return new Expr({ kind: "case", branches: this.branches, otherwise, type: typeOfNode(this.node) ?? typeOfNode(otherwise) });
  }
}

function branchNode(value: unknown): Node {
  if (value === null) return { kind: "literal", value: null };
  return alone(operand(value, valueType(value)));
}
