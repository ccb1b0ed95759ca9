import type { PostgresAnswered } from "./driver.ts";

// Of pg's own Query the part that is used: what a client calls on one, and what one sends.

export interface PgQueryConfig {
  readonly text: string;
  readonly values?: readonly unknown[];
  readonly name?: string;
  /** "extended": exactly one statement, which the protocol itself sees to. */
  readonly queryMode?: "extended";
  readonly rowMode: "array";
  readonly types: { getTypeParser(type: number): (text: string) => unknown };
}
interface Sender {
  readonly stream: { cork?(): void; uncork?(): void };
  /** Texts of prepared statements that are sent and not answered. */
  readonly submittedNamedStatements?: Record<string, string>;
  execute(portal: { readonly portal: string }): void;
  sync(): void;
}
interface PgQuery {
  name: string | undefined;
  text: string;
  prepare(connection: Sender): void;
  handleRowDescription(message: unknown): void;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, connection: Sender): void;
  handleEmptyQuery(connection: Sender): void;
  handleError(error: unknown, connection: Sender): void;
  handleReadyForQuery(connection: Sender): void;
}
export type PgQueryClass = new (config: PgQueryConfig, values?: undefined, callback?: PostgresAnswered) => PgQuery;

/** Several statements that a client takes for one query. */
export type PgBatchClass = new (parts: readonly (readonly [config: PgQueryConfig, callback: PostgresAnswered])[]) => PgQuery;

const known = new WeakMap<PgQueryClass, PgBatchClass>();

/** The class of batches of a client, whose own class of queries it has to be of. */
export function batchClass(Query: PgQueryClass): PgBatchClass {
  const made = known.get(Query) ?? makeClass(Query);
  known.set(Query, made);
  return made;
}

function makeClass(Query: PgQueryClass): PgBatchClass {
  /** One of the statements: the message that ends it, and lets the server go on after an error, comes once for all. */
  class Part extends Query {
    failed = false;
    _getRows(connection: Sender): void {
      connection.execute({ portal: "" });
    }
    override handleError(error: unknown, connection: Sender): void {
      this.failed = true;
      super.handleError(error, connection);
    }
  }

  return class Batch extends Query {
    readonly #parts: readonly Part[];
    #at = 0;

    constructor(parts: readonly (readonly [PgQueryConfig, PostgresAnswered])[]) {
      super((parts[0] as readonly [PgQueryConfig, PostgresAnswered])[0]);
      this.#parts = parts.map(([config, callback]) => new Part({ ...config, queryMode: "extended" }, undefined, callback));
    }

    get #current(): Part {
      return this.#parts[this.#at] as Part;
    }

    submit(connection: Sender): null {
      connection.stream.cork?.();
      try {
        for (const part of this.#parts) {
          part.prepare(connection);
          // A value that it cannot send: the end was sent already.
          if (part.failed) return null;
        }
        connection.sync();
      } finally {
        connection.stream.uncork?.();
      }
      return null;
    }

    override handleRowDescription(message: unknown): void {
      this.#current.handleRowDescription(message);
    }

    override handleDataRow(message: unknown): void {
      this.#current.handleDataRow(message);
    }

    override handleCommandComplete(message: unknown, connection: Sender): void {
      this.#current.handleCommandComplete(message, connection);
      this.#next(connection);
    }

    override handleEmptyQuery(connection: Sender): void {
      this.#current.handleEmptyQuery(connection);
      this.#next(connection);
    }

    /** The last one is answered when the server is ready again. */
    #next(connection: Sender): void {
      if (this.#at === this.#parts.length - 1) return;
      const done = this.#current;
      this.#at++;
      // By them the client knows which prepared statement it is that the server has parsed.
      this.name = this.#current.name;
      this.text = this.#current.text;
      done.handleReadyForQuery(connection);
    }

    override handleError(error: unknown, connection: Sender): void {
      for (const part of this.#parts.slice(this.#at)) {
        if (part.name !== undefined) delete connection.submittedNamedStatements?.[part.name];
        part.handleError(error, connection);
      }
    }

    override handleReadyForQuery(connection: Sender): void {
      this.#current.handleReadyForQuery(connection);
    }
  };
}
