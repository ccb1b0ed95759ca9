// Runs one migration: its function, then the commands that it queued.
import { ConnectionError, MigrationError, camelCase, upperFirst } from "../core/base/index.ts";
import { execute, type MigrationConnection, type MigrationPort } from "../core/adapter/index.ts";
import { commandText, invert } from "../core/ddl/index.ts";
import type { Command } from "../core/ddl/index.ts";
import { MigrationCommands } from "./dsl.ts";
import type { MigrationRun } from "./dsl.ts";
import type { Migration, MigrationStep } from "./migration.ts";
import type { MigrationConfig } from "../core/ddl/index.ts";
import type { MigrationRepo } from "./options.ts";

export interface RunInput {
  readonly repo: MigrationRepo;
  readonly port: MigrationPort;
  readonly connection: MigrationConnection;
  readonly inTransaction: boolean;
  readonly direction: "up" | "down";
  readonly version: number;
  readonly name: string;
  readonly migration: Migration;
  readonly prefix: string | null;
  readonly config: MigrationConfig;
  readonly logSql: boolean;
  readonly log: (line: string) => void;
}

/** Runs one migration on a connection: calls its function, then runs what that has queued. */
export async function runMigration(input: RunInput): Promise<void> {
  const { step, operation, backward } = chooseStep(input);
  const name = input.migration.name ?? upperFirst(camelCase(input.name));
  const way = operation === "change" ? ` ${backward ? "backward" : "forward"}` : "";
  const start = performance.now();
  input.log(`[info] == Running ${input.version} ${name}.${operation}${way}`);
  const run = new Run(input, operation, backward);
  try {
    if (input.inTransaction && input.migration.afterBegin) await run.perform(input.migration.afterBegin);
    await run.perform(step);
    if (input.inTransaction && input.migration.beforeCommit) await run.perform(input.migration.beforeCommit);
  } catch (error) {
    throw run.failure(error);
  } finally {
    run.end();
  }
  const tenths = Math.floor((performance.now() - start) / 100) / 10;
  input.log(`[info] == Migrated ${input.version} in ${tenths.toFixed(1)}s`);
}

function chooseStep({ migration, direction, version, name }: RunInput): { step: MigrationStep; operation: string; backward: boolean } {
  const own = migration[direction];
  if (own !== undefined) return { step: own, operation: direction, backward: false };
  if (migration.change !== undefined) return { step: migration.change, operation: "change", backward: direction === "down" };
  throw new MigrationError(`migration ${version}_${name} has neither ${direction} nor change: define ${direction} to run it ${direction}`);
}

/** The queue of one migration. */
class Run implements MigrationRun {
  readonly repo: unknown;
  readonly direction: "up" | "down";
  readonly prefix: string | null;
  readonly config: MigrationConfig;
  readonly #input: RunInput;
  readonly #operation: string;
  readonly #backward: boolean;
  readonly #commands: MigrationCommands;
  #queue: Command[] = [];
  /** What runs now and what waits behind it: flushes may overlap where someone forgot an await. */
  #tail: Promise<void> = Promise.resolve();
  #current: string | null = null;
  #failed: string | null = null;
  #open = true;

  constructor(input: RunInput, operation: string, backward: boolean) {
    this.repo = input.repo;
    this.direction = input.direction;
    this.prefix = input.prefix;
    this.config = input.config;
    this.#input = input;
    this.#operation = operation;
    this.#backward = backward;
    this.#commands = new MigrationCommands(this);
  }

  async perform(step: MigrationStep): Promise<void> {
    await step.call(this.#input.migration, this.#commands);
    do {
      await this.#drain();
    } while (this.#queue.length > 0);
  }

  push(command: Command): void {
    if (!this.#open) {
      throw new MigrationError(`"${commandText(command)}" came after its migration had ended: await everything that the migration starts`);
    }
    this.#queue.push(command);
  }

  flush(): Promise<void> {
    if (this.#backward) {
      throw new MigrationError(
        "m.flush() cannot be undone: a change that calls it cannot be rolled back. Define up and down in place of change",
      );
    }
    return this.#drain();
  }

  end(): void {
    this.#open = false;
  }

  #drain(): Promise<void> {
    const batch = this.#queue;
    this.#queue = [];
    if (this.#backward) batch.reverse();
    this.#tail = this.#tail.then(async () => {
      for (const command of batch) await this.#execute(command);
    });
    // Whoever awaits it gets the error; nobody else is to hear of an unhandled one.
    this.#tail.catch(() => {});
    return this.#tail;
  }

  async #execute(queued: Command): Promise<void> {
    this.#current = commandText(queued);
    try {
      const command = this.#backward ? invert(queued) : queued;
      this.#current = commandText(command);
      if (command.kind === "execute" && typeof command.up === "function") {
        await command.up();
      } else {
        this.#checkConcurrently(command);
        this.#input.log(`[info] ${this.#current}`);
        for (const sql of this.#input.port.ddlToSql(command)) await this.#sql(sql);
      }
    } catch (error) {
      this.#failed = this.#current;
      throw error;
    }
    this.#current = null;
  }

  async #sql(sql: string): Promise<void> {
    this.#checkCommands(sql);
    if (this.#input.logSql) this.#input.log(`[info] ${sql}`);
    try {
      await execute(this.#input.connection, sql);
    } catch (error) {
      throw this.#input.repo.adapter.wrapError?.(error, sql) ?? error;
    }
  }

  /** The transaction of a migration is its migrator's to end. */
  #checkCommands(sql: string): void {
    if (!this.#input.inTransaction) return;
    const command = this.#input.port.commands(sql).find(({ kind }) => kind === "begin" || kind === "end");
    if (command === undefined) return;
    throw new MigrationError(
      `${command.words} as SQL is refused in a migration that runs in a transaction: leave it away, or give migration() the option transaction: false`,
    );
  }

  #checkConcurrently(command: Command): void {
    const concurrently = (command.kind === "createIndex" || command.kind === "dropIndex") && command.index.concurrently;
    if (concurrently && this.#input.inTransaction && this.#input.port.supportsConcurrentIndexes) {
      throw new MigrationError(
        "an index cannot be built or dropped concurrently in a transaction: give migration() the option transaction: false",
      );
    }
  }

  /** The error of a migration: which one, what it was doing, why, and what is left of it. */
  failure(error: unknown): MigrationError {
    const { version, name, inTransaction } = this.#input;
    const reason = error instanceof Error ? error.message : String(error);
    const where = this.#failed === null ? `in its function ${this.#operation}` : `at "${this.#failed}"`;
    const left = inTransaction
      ? "It was rolled back: nothing of it is left."
      : `It ran without a transaction: the commands before this one have been done and stay.${error instanceof ConnectionError ? " Whether this one has been done is unknown." : ""}`;
    return new MigrationError(`migration ${version}_${name} failed ${where}: ${reason}\n${left}`, { cause: error });
  }
}
