import { ok } from "../../base/index.ts";
import type { RawResult } from "../../adapter/index.ts";
import { inserted, type PendingInsert, sendInsert } from "./insert.ts";
import { refusedWrite } from "./send.ts";
import { constraintFailure, refusedChangeset } from "./write-errors.ts";
import { type Engine, savepoint, type WriteOptions } from "../engine/index.ts";
import type { Writer, WriteResult } from "./writer.ts";

/**
 * Sends inserts of one plan in as few statements as the database allows. Where a constraint refuses them, they are sent
 * again one by one, so that the error lands on the row that it is about; what comes after that row is not sent.
 * @returns the outcome of each insert, up to the first that was refused
 */
export async function insertGroup(writer: Writer, group: readonly PendingInsert[], options: WriteOptions): Promise<WriteResult[]> {
  const { engine } = writer;
  const [first] = group;
  if (first === undefined) return [];
  if (group.length === 1) return [await sendInsert(writer, first, options)];
  const { row, conflict } = first;
  // Of several rows only the last one's number is told.
  if (row.plan.lastKey !== undefined) return await oneByOne(writer, group, options);
  const { statement, table, columns, returning } = row.plan;
  const command = { table, columns, onConflict: conflict.clause, returning: returning.map(({ column }) => column) };
  const statements = engine.adapter.bulkInsert(
    command,
    group.map((one) => one.row.values),
    conflict.params,
  );
  const send = async (): Promise<unknown[][]> => {
    const rows: unknown[][] = [];
    for (const { statement: bulk, params } of statements) {
      const result: RawResult = await engine.run(
        { ...bulk, bigints: statement.bigints, ...(statement.secret && { secret: statement.secret.length > 0 ? "all" : [] }) },
        params,
        options,
        table.name,
      );
      for (const answer of result.rows) rows.push(answer);
    }
    return rows;
  };
  // Without a declaration no changeset can take the error, and there is nothing to find out.
  const declared = group.some(({ user }) => user.constraints.length > 0);
  const answers = declared
    ? await guarded(engine, statements.length > 1, send)
    : await send().catch((error: unknown) => unguarded(engine, first, group, error));
  if (answers === null) return await oneByOne(writer, group, options);
  return group.map((pending, at) => ok(inserted(writer, pending, answers[at])));
}

async function unguarded(
  engine: Engine,
  { user, row, writes }: PendingInsert,
  group: readonly PendingInsert[],
  error: unknown,
): Promise<never> {
  await refusedChangeset(engine, user, error, { ...refusedWrite("insert", row, writes.info), rows: group.map((one) => one.row.values) });
  throw error;
}

/** Runs statements such that they can be taken back; null where a constraint refused them. */
async function guarded<T>(engine: Engine, several: boolean, send: () => Promise<T>): Promise<T | null> {
  const held = engine.held();
  // A single statement that fails leaves no trace, unless the failure spoils the transaction.
  const spoils = held !== null && held.depth > 0 && (several || engine.adapter.features.failedTransactions);
  try {
    return await (spoils ? savepoint(engine, held, send) : send());
  } catch (error) {
    if (constraintFailure(engine, error) === null) throw error;
    return null;
  }
}

async function oneByOne(writer: Writer, group: readonly PendingInsert[], options: WriteOptions): Promise<WriteResult[]> {
  const outcomes: WriteResult[] = [];
  for (const pending of group) {
    const outcome = await sendInsert(writer, pending, options);
    outcomes.push(outcome);
    if (!outcome.ok) break;
  }
  return outcomes;
}
