import { ArgumentError, err, isResult, kindOf, type Result } from "../../base/index.ts";
import type { Engine } from "./engine.ts";
import { Rollback } from "./held.ts";
import type { TransactionOptions } from "./options.ts";
import { savepoint } from "./savepoint.ts";
import { transaction } from "./transaction.ts";

/** A function's `{ ok: false }` on its way out of the transaction that it rolls back. */
class Failed extends Rollback {}

/**
 * Runs a function that answers with a Result: ok commits, an error rolls back; either is returned. A throw rolls back and goes on.
 * @param inside what an open transaction does with it: joins it, and is spoilt by its failure, or takes back it alone
 * @throws ArgumentError where the function answers with something else
 */
export async function transact<T, E>(
  engine: Engine,
  fn: () => Promise<Result<T, E>> | Result<T, E>,
  options?: TransactionOptions,
  inside: "join" | "savepoint" = "join",
): Promise<Result<T, E>> {
  const held = inside === "savepoint" ? engine.held() : null;
  try {
    const run = async (): Promise<Result<T, E>> => {
      const result = await fn();
      if (!isResult(result))
        throw new ArgumentError(
          `the function of transact must return a Result, ok(value) or err(reason), not ${kindOf(result)}; transaction() takes any function`,
        );
      if (!result.ok) throw new Failed(result.error);
      return result as Result<T, E>;
    };
    return await (held && held.depth > 0 ? savepoint(engine, held, run, options) : transaction(engine, run, options));
  } catch (error) {
    if (error instanceof Rollback) return err(error.reason as E);
    throw error;
  }
}

/** Leaves the current transaction with a reason; it is rolled back. */
export function rollback(engine: Engine, reason: unknown): never {
  const held = engine.held();
  if (!held || held.depth === 0) throw new ArgumentError("rollback was called outside of a transaction");
  throw new Rollback(reason);
}
