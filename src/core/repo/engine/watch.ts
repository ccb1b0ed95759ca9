// Tells logs of each statement, and makes errors of the driver those of ectype.
import type { MaybePromise, Observer, Statement } from "../../adapter/index.ts";
import { type LogEvent, logEvent, loggedParams, type LogOption } from "./log.ts";

/** Makes a driver's error one of ectype's. */
export type Wrap = (error: unknown, statement: Pick<Statement, "sql" | "secret">) => unknown;

/**
 * The one place that sees statements on their way to the database: it sends them, and tells logs of them once they are answered, in
 * the order in which they were sent. There is one for each connection, and for each statement that runs on any.
 */
export class Watch {
  readonly #wrap: Wrap;
  #told: Promise<void> = Promise.resolve();

  constructor(wrap: Wrap) {
    this.#wrap = wrap;
  }

  /** Ends when logs have been told of everything that was sent. */
  get told(): Promise<void> {
    return this.#told;
  }

  /** Sends a statement. The answer does not wait for the log, since what is sent before may itself wait for what comes after. */
  send<T>(
    log: LogOption,
    source: string | null,
    statement: Statement,
    params: readonly unknown[],
    send: () => MaybePromise<T>,
  ): Promise<T> {
    const start = performance.now();
    const answer = attempt(send).catch((error: unknown): never => {
      throw this.#wrap(error, statement);
    });
    const event = (result: LogEvent["result"], error: unknown): LogEvent => ({
      sql: statement.sql,
      params: loggedParams(statement, params),
      source,
      queryTime: performance.now() - start,
      result,
      error,
    });
    const answered = answer.then(
      (value) => event(resultOf(value), null),
      (error: unknown) => event(null, error),
    );
    this.#told = Promise.all([answered, this.#told]).then(([what]) => logEvent.emit(log, what));
    return answer;
  }

  /**
   * Sees what a connection sends by itself; null where no log wants to know.
   * @param secrets whether redacted fields were written in the transaction: what the database says at its end may quote one
   */
  observer(log: LogOption, source: string | null, secrets: { readonly touched: boolean } = UNTOUCHED): Observer | null {
    if (!logEvent.active(log)) return null;
    return (statement, params, send) =>
      this.send(log, source, secrets.touched && !statement.secret ? { ...statement, secret: [] } : statement, params, send);
  }
}

const UNTOUCHED = { touched: false };

async function attempt<T>(send: () => MaybePromise<T>): Promise<T> {
  return await send();
}

/** How many rows an answer is of; null where they are still to be read. */
function resultOf(answer: unknown): LogEvent["result"] {
  if (typeof answer !== "object" || answer === null) return { count: 0 };
  return "count" in answer && typeof answer.count === "number" ? { count: answer.count } : null;
}
