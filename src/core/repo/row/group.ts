// Inserts of several rows of one table, in as few statements as possible.
import { ok } from "../../base/index.ts";
import { type BulkStatement, type MaybePromise, type RawResult, run, type Steps, wait } from "../../adapter/index.ts";
import { inserted, type PendingInsert, sendInsert } from "./insert.ts";
import { readBack } from "./returning.ts";
import { refusedWrite } from "./send.ts";
import { bulkInsertOf } from "./statement.ts";
import { type Sibling, siblings } from "./siblings.ts";
import { constraintFailure, missingRows, refusedChangeset } from "./write-errors.ts";
import { type Engine, savepoint, type WriteOptions } from "../engine/index.ts";
import type { WriteResult } from "./writer.ts";

type Rows = readonly (readonly unknown[])[];

/**
 * Sends inserts in their order, those of one plan that follow each other in as few statements as the database allows.
 * @returns the outcome of each insert, up to the first that was refused
 */
export function* insertRows(engine: Engine, rows: readonly PendingInsert[], options: WriteOptions): Steps<WriteResult[]> {
  const [first] = rows;
  if (first !== undefined && rows.length === 1) return [yield* sendInsert(engine, first, options)];
  const works: Sibling<WriteResult[]>[] = [];
  for (let start = 0; start < rows.length; ) {
    const group = groupFrom(rows, start);
    works.push({
      steps: insertGroup(engine, group, options),
      alone: declares(group),
      atOnce: () => group.length === 1 || goesTogether(group, options),
    });
    start += group.length;
  }
  const outcomes = yield* siblings(engine, works, (group) => group.at(-1)?.ok === false);
  return outcomes.flatMap((group) => group ?? []);
}

/** Whether one of them may take an error of the database. */
function declares(group: readonly PendingInsert[]): boolean {
  return group.some(({ user }) => user.constraints.length > 0);
}

/**
 * Whether several rows may be one statement: not where the driver tells the generated key of the last row only, and not where a trigger may leave
 * rows out (`allowStale`), since no database tells which.
 */
function goesTogether([first]: readonly PendingInsert[], { allowStale }: WriteOptions): boolean {
  return first?.row.plan.lastId === false && allowStale !== true;
}

function groupFrom(rows: readonly PendingInsert[], start: number): readonly PendingInsert[] {
  const plan = rows[start]?.row.plan;
  let end = start + 1;
  while (end < rows.length && rows[end]?.row.plan === plan) end++;
  return start === 0 && end === rows.length ? rows : rows.slice(start, end);
}

/**
 * Sends inserts of one plan together. Where a constraint refuses them, they are sent again one by one, so that the error
 * lands on the row that it is about; what comes after that row is not sent.
 */
function* insertGroup(engine: Engine, group: readonly PendingInsert[], options: WriteOptions): Steps<WriteResult[]> {
  const [first] = group;
  if (first === undefined) return [];
  const { user, conflict } = first;
  const { plan } = first.row;
  if (group.length === 1 || !goesTogether(group, options)) return yield* oneByOne(engine, group, options);
  const statements = bulkInsertOf(
    engine,
    plan,
    conflict,
  )(
    group.map(({ row }) => row.values),
    conflict.params,
  );
  const send = () => sendAll(engine, group, statements, options);
  // Without a declaration no changeset can take the error, and there is nothing to find out.
  const declared = declares(group);
  let answers: Rows | null;
  try {
    answers = declared ? yield* guarded(engine, statements.length > 1, () => run(send())) : yield* send();
  } catch (error) {
    const write = { ...refusedWrite("insert", first.row, user.info, {}), rows: group.map(({ row }) => row.values) };
    if (!declared) yield* refusedChangeset(engine, user, error, write);
    throw error;
  }
  if (answers === null) return yield* oneByOne(engine, group, options);
  return group.map((pending, at) => {
    readBack(engine, pending.user.info, plan.returning, answers[at], pending.struct);
    return ok(inserted(pending));
  });
}

/** Sends statements one after the other. @returns the rows of all answers */
function* sendAll(
  engine: Engine,
  group: readonly PendingInsert[],
  statements: readonly BulkStatement[],
  options: WriteOptions,
): Steps<Rows> {
  const [first] = group as readonly [PendingInsert];
  function* send({ statement, params }: BulkStatement): Steps<RawResult> {
    return yield* wait(engine.run(statement, params, options, first.table.name));
  }
  const works = statements.map((statement) => ({ steps: send(statement), alone: false, atOnce: () => true }));
  const answers = yield* siblings(engine, works, () => false);
  const count = answers.reduce((sum, answer) => sum + (answer?.count ?? 0), 0);
  if (count !== group.length && first.conflict.clause.kind !== "nothing") throw missingRows(first.user, count, group.length);
  return answers.length === 1 ? (answers[0]?.rows ?? []) : answers.flatMap((answer) => answer?.rows ?? []);
}

/** Runs statements such that they can be taken back; null where a constraint refused them. */
function* guarded<T>(engine: Engine, several: boolean, send: () => MaybePromise<T>): Steps<T | null> {
  const held = engine.held();
  // A single statement that fails leaves no trace, unless the failure spoils the transaction.
  const spoils = held !== null && held.depth > 0 && (several || engine.adapter.features.failedTransactions);
  try {
    return yield* wait(spoils ? savepoint(engine, held, send) : send());
  } catch (error) {
    if (constraintFailure(engine, error) === null) throw error;
    return null;
  }
}

function* oneByOne(engine: Engine, group: readonly PendingInsert[], options: WriteOptions): Steps<WriteResult[]> {
  const outcomes: WriteResult[] = [];
  for (const pending of group) {
    const outcome = yield* sendInsert(engine, pending, options);
    outcomes.push(outcome);
    if (!outcome.ok) break;
  }
  return outcomes;
}
