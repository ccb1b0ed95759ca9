import { rowKey, valueKey } from "../../base/index.ts";
import type { AssociationInfo } from "../../schema/index.ts";
import type { Row } from "./run.ts";

/** The structs that an association is loaded into, by their keys, with the rows that are found for them. */
export class Owners {
  readonly #association: AssociationInfo;
  readonly #structs: readonly Row[];
  /** The key of each struct, null where it has none. */
  readonly #keys: unknown[];
  /** The values of each key once. Of one column they stand alone. */
  readonly #values: unknown[] = [];
  /** The rows of each key: a list where there may be many, else the first. */
  readonly #found = new Map<unknown, Row[] | Row | null>();
  readonly #many: boolean;

  constructor(association: AssociationInfo, structs: readonly Row[]) {
    this.#association = association;
    this.#structs = structs;
    this.#many = association.cardinality === "many";
    const [only] = association.ownerKeys as [string];
    this.#keys =
      association.ownerKeys.length === 1
        ? structs.map((struct) => {
            const value = keyOf(association, struct, only);
            return value === null ? null : this.#put(valueKey(value), value);
          })
        : structs.map((struct) => {
            const values = association.ownerKeys.map((key) => keyOf(association, struct, key));
            return values.includes(null) ? null : this.#put(rowKey(values), values);
          });
  }

  #put(key: unknown, values: unknown): unknown {
    if (!this.#found.has(key)) {
      this.#found.set(key, this.#many ? [] : null);
      this.#values.push(values);
    }
    return key;
  }

  /** How many keys there are. */
  get size(): number {
    return this.#values.length;
  }

  /** The keys, each once. */
  get keys(): readonly (readonly unknown[])[] {
    return this.#association.ownerKeys.length === 1 ? this.#values.map((value) => [value]) : (this.#values as unknown[][]);
  }

  /** The keys of an association that has one column. */
  get values(): readonly unknown[] {
    return this.#values;
  }

  /** Gives a row to the owners that have its key; there may be none. */
  add(key: unknown, row: Row): void {
    const found = this.#found.get(key);
    if (this.#many) (found as Row[] | undefined)?.push(row);
    else if (found === null) this.#found.set(key, row);
  }

  /** Sets the association of all structs. */
  fill(): void {
    const { name } = this.#association;
    for (let at = 0; at < this.#structs.length; at++) {
      const key = this.#keys[at];
      (this.#structs[at] as Row)[name] = key === null ? (this.#many ? [] : null) : this.#found.get(key);
    }
  }
}

/** A key that the query left out is not a key that is null: nothing would be found by it, and nobody would know why. */
function keyOf(association: AssociationInfo, owner: Row, key: string): unknown {
  const value = owner[key];
  if (value !== undefined) return value;
  throw association.error(
    `it cannot be preloaded: its rows are found by "${key}", which the query does not select. Add it to the fields of ${association.owner.name}`,
  );
}
