// What every statement is written with: names, literals, placeholders.
import { ArgumentError, QueryError, print } from "../core/base/index.ts";
import type { TableRef } from "../core/plan/index.ts";
import type { Type } from "../core/type/index.ts";
import { quoteIdentifier, quoteLiteral } from "./quote.ts";

/**
 * What all statements need: names, literals, and the parameters in the order of their placeholders.
 * A writer writes one statement. It must write from left to right, because a placeholder counts when it is written.
 */
export abstract class BaseWriter {
  /** As messages name the database: "PostgreSQL". */
  protected abstract readonly database: string;
  /** The index of the parameter at each placeholder. */
  readonly params: number[] = [];
  /** A database that numbers its placeholders names one parameter by the same number wherever it stands. */
  protected readonly numbered: boolean = false;
  private readonly positions = new Map<number, number>();

  protected placeholder(index: number): string {
    if (!this.numbered) {
      this.params.push(index);
      return "?";
    }
    let position = this.positions.get(index);
    if (position === undefined) {
      position = this.params.push(index);
      this.positions.set(index, position);
    }
    return `$${position}`;
  }

  /** A parameter where nothing beside it tells the database its type. */
  protected typedParam(placeholder: string, _type: Type | null): string {
    return placeholder;
  }

  /** A parameter that is itself an output column. */
  protected outputParam(placeholder: string, type: Type | null): string {
    return this.typedParam(placeholder, type);
  }

  protected quote(name: string): string {
    return quoteIdentifier(name);
  }

  protected quoteAll(names: readonly string[]): string {
    return names.map((name) => this.quote(name)).join(", ");
  }

  protected tableName({ prefix, name }: TableRef): string {
    return prefix === null ? this.quote(name) : `${this.quote(prefix)}.${this.quote(name)}`;
  }

  protected literal(value: string | number | boolean | null): string {
    if (value === null) return "NULL";
    if (typeof value === "boolean") return this.booleanLiteral(value);
    if (typeof value === "string") return this.textLiteral(value);
    if (!Number.isFinite(value)) throw new ArgumentError(`${print(value)} cannot be written in SQL: pass it as a parameter`);
    return Object.is(value, -0) ? "0" : String(value);
  }

  protected booleanLiteral(value: boolean): string {
    return value ? "TRUE" : "FALSE";
  }

  protected textLiteral(text: string): string {
    return quoteLiteral(text);
  }

  /** Throws the error about something that the database cannot do. */
  protected refuse(what: string, instead: string): never {
    throw new QueryError(`${this.database} does not support ${what}. ${instead}`);
  }
}
