// Names of prepared statements.
import type { Statement } from "../core/adapter/index.ts";
import { Lru } from "../core/base/index.ts";

const MAX_TEXTS = 500;
const MAX_TEXT = 5 * 1024 * 1024;

/** The names of prepared statements: the same text has the same name on every connection. */
export class Names {
  readonly #onForget: () => void;
  #counter = 0;
  /** Statements that their owners keep, and the texts of those that come anew with every call. */
  #byStatement = new WeakMap<Statement, string>();
  readonly #byText = new Lru<string>({ max: MAX_TEXTS, maxWeight: MAX_TEXT });

  /** @param onForget told when every name so far is out of use */
  constructor(onForget: () => void) {
    this.#onForget = onForget;
  }

  of(statement: Statement): string {
    let name = this.#byStatement.get(statement);
    if (name === undefined) {
      name = this.#ofText(statement.sql);
      this.#byStatement.set(statement, name);
    }
    return name;
  }

  /** The server refused a name, since it does not know it any more or a table has changed: then others are out of date, too. */
  outdated(statement: Statement, name: string): void {
    // Several connections may find out at once.
    if (this.of(statement) === name) this.forgetAll();
  }

  /** After a table changed: what the server prepared is out of date, and in a transaction there is no second try. */
  forgetAll(): void {
    this.#byStatement = new WeakMap();
    this.#byText.clear();
    this.#onForget();
  }

  #ofText(sql: string): string {
    let name = this.#byText.get(sql);
    if (name === undefined) {
      name = `ectype_${++this.#counter}`;
      this.#byText.set(sql, name, sql.length);
    }
    return name;
  }
}
