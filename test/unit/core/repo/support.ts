import { afterAll, beforeAll, beforeEach, describe } from "vitest";
import type { Adapter } from "../../../../src/core/adapter/index.ts";
import { change, type ChangesetState } from "../../../../src/core/changeset/index.ts";
import { Engine } from "../../../../src/core/repo/engine/engine.ts";
import type { LogEvent } from "../../../../src/core/repo/engine/log.ts";
import type { Writer } from "../../../../src/core/repo/row/writer.ts";
import { postgres } from "../../../../src/postgres/index.ts";
import { sqlite } from "../../../../src/sqlite/index.ts";
import { databases, type OpenDatabase } from "../../../support/databases.ts";

export interface Bench {
  readonly writer: Writer;
  readonly engine: Engine;
  readonly adapter: Adapter;
  /** The statements since the last `reset`, and their parameters. */
  readonly log: LogEvent[];
  /** Runs SQL as it is. */
  sql(text: string): Promise<readonly unknown[][]>;
}

export function adapterOf(database: OpenDatabase): Adapter {
  return database.name === "sqlite" ? sqlite(database.options) : postgres(database.options);
}

/** Runs the tests on every database, with the tables that the statements make; all of them are emptied before each test. */
export function onEveryDatabase(
  tables: (name: "sqlite" | "postgres") => readonly string[],
  tests: (bench: Bench, name: "sqlite" | "postgres") => void,
): void {
  describe.each(databases)("$label", (database) => {
    const bench = {} as { -readonly [K in keyof Bench]: Bench[K] };
    const names = tables(database.name)
      .map((sql) => /^CREATE TABLE (\S+)/.exec(sql)?.[1])
      .filter((name) => name !== undefined);
    beforeAll(async () => {
      const log: LogEvent[] = [];
      // What these tests count is the statements of rows, not the commands of the transactions around them.
      const engine = new Engine(adapterOf(await database.open()), (event) => {
        if (!/^(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)/.test(event.sql)) log.push(event);
      });
      const run = (sql: string) =>
        engine.run(
          { sql, readOnly: false, returnsRows: /^\s*(SELECT|WITH)|RETURNING/i.test(sql), bigints: false, prepare: false },
          [],
          { log: false },
          null,
        );
      Object.assign(bench, {
        engine,
        adapter: engine.adapter,
        log,
        writer: { engine, repo: { name: "the repo" } },
        sql: async (sql: string) => (await run(sql)).rows,
      });
      for (const sql of tables(database.name)) await run(sql);
    });
    beforeEach(async () => {
      for (const name of [...names].reverse()) await bench.sql(`DELETE FROM ${name}`);
      bench.log.length = 0;
    });
    afterAll(() => bench.engine?.close());
    tests(bench, database.name);
  });
}

/** The id column as each database numbers it. */
export function idColumn(name: "sqlite" | "postgres"): string {
  return name === "sqlite" ? "id INTEGER PRIMARY KEY AUTOINCREMENT" : "id bigserial PRIMARY KEY";
}

// the tests read whatever fields they wrote
type Any = any;

/** What a write gave back, or an error that shows why it did not. */
export function value<S = Any>(
  result: { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: unknown },
): S {
  if (!result.ok) throw new Error(`refused: ${JSON.stringify((result.error as ChangesetState).errors)}`);
  return result.value as S;
}

/** The changeset of a write that was refused. */
export function refusal(result: { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: unknown }): Any {
  if (result.ok) throw new Error("the write was not refused");
  return result.error;
}

/** change() without its types, which the tests of types cover. */
export const changeOf = change as unknown as (source: unknown, changes?: Record<string, unknown>) => Any;

/** Schema.build() without its types. */
export function buildOf(schema: unknown, attrs: Record<string, unknown>): object {
  return (schema as { build(attrs: object): object }).build(attrs);
}
