import type { Statement } from "../core/adapter/index.ts";

const MAX_TEXTS = 500;

/** The names of prepared statements: the same text has the same name on every connection. */
export class Names {
  #counter = 0;
  /** Statements that their owners keep, and the texts of those that come anew with every call. */
  #byStatement = new WeakMap<Statement, string>();
  readonly #byText = new Map<string, string>();

  of(statement: Statement): string {
    let name = this.#byStatement.get(statement);
    if (name === undefined) {
      name = this.#ofText(statement.sql);
      this.#byStatement.set(statement, name);
    }
    return name;
  }

  /** After the server refused the name: the next time there is another. */
  forget(statement: Statement): void {
    this.#byStatement.delete(statement);
    this.#byText.delete(statement.sql);
  }

  /** After a table changed: what the server prepared is out of date, and in a transaction there is no second try. */
  forgetAll(): void {
    this.#byStatement = new WeakMap();
    this.#byText.clear();
  }

  #ofText(sql: string): string {
    let name = this.#byText.get(sql);
    if (name === undefined) {
      name = `ectype_${++this.#counter}`;
      if (this.#byText.size >= MAX_TEXTS) this.#byText.delete(this.#byText.keys().next().value as string);
    } else {
      this.#byText.delete(sql);
    }
    this.#byText.set(sql, name);
    return name;
  }
}
