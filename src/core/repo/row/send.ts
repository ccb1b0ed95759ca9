// Sends the statement of one row, and reads what came of it.
import { MultiplePrimaryKeyError } from "../../base/index.ts";
import { type RawResult, type RefusedWrite, type Steps, wait } from "../../adapter/index.ts";
import type { SchemaChangeset } from "../../changeset/index.ts";
import type { SchemaInfo } from "../../schema/index.ts";
import type { Engine, WriteOptions } from "../engine/index.ts";
import type { RowAction } from "./changeset.ts";
import type { ResolvedConflict } from "./conflict.ts";
import { readBack } from "./returning.ts";
import type { RowStatement } from "./statement.ts";
import { refusedChangeset, staleChangeset } from "./write-errors.ts";

type Fields = Readonly<Record<string, unknown>>;

/** The write of one row, ready to be sent. */
export interface RowWrite {
  readonly action: RowAction;
  /** The changeset as its owner gets it back where the write is refused. */
  readonly user: SchemaChangeset;
  readonly row: RowStatement;
  /** The copy of the data that becomes the result; it takes what the database answers. */
  readonly struct: Record<string, unknown>;
  /** What finds the row of an update or a delete. */
  readonly filters: Fields;
  /** What an insert does about a row that is there already. */
  readonly conflict: ResolvedConflict | null;
}

/**
 * Sends the statement of one row, and reads what is answered into the struct.
 * @returns the changeset where the row was refused, or is stale; else null
 */
export function* sendRow(engine: Engine, write: RowWrite, options: WriteOptions): Steps<SchemaChangeset | null> {
  const { action, user, row, filters, conflict } = write;
  const { plan } = row;
  let answer: RawResult;
  try {
    const sent = engine.run(plan.statement, paramsOf(row, conflict), options, plan.table.name);
    answer = sent instanceof Promise ? yield* wait(sent) : sent;
  } catch (error) {
    return yield* refusedChangeset(engine, user, error, refusedWrite(action, row, user.info, filters));
  }
  checkSingle(user.info, action, answer.count);
  if (answer.count === 0) {
    // Nothing done about a conflict is what "nothing" asks for; an update that met no row is stale.
    const isMeant = conflict?.clause.kind === "nothing" || options.allowStale === true;
    return isMeant ? null : staleChangeset(user, action, filters, options);
  }
  readBack(engine, user.info, plan.returning, plan.lastId ? [answer.lastId] : answer.rows[0], write.struct);
  return null;
}

function paramsOf({ plan, values }: RowStatement, conflict: ResolvedConflict | null): readonly unknown[] {
  const all = conflict !== null && conflict.params.length > 0 ? [...conflict.params, ...values] : values;
  return plan.order === null ? all : plan.order.map((index) => all[index]);
}

/** Throws where a write by key met several rows. */
function checkSingle(info: SchemaInfo, action: string, count: number): void {
  if (count <= 1) return;
  throw new MultiplePrimaryKeyError(
    count,
    `expected to ${action} one row of ${info.name}, and ${count} have that primary key (${info.primaryKey.join(", ")}). The field that the schema calls its primary key must be unique in the table`,
  );
}

/** What was to be written, where a constraint has refused it. */
export function refusedWrite(
  action: RefusedWrite["action"],
  { plan, values }: RowStatement,
  info: SchemaInfo,
  filters: Fields,
): RefusedWrite {
  const found = Object.keys(filters).map((name) => info.fieldOrThrow(name).column);
  const first = values.length - found.length;
  return {
    action,
    table: plan.table,
    columns: action === "delete" ? [] : plan.columns.map(({ name }) => name),
    rows: action === "delete" ? [] : [values.slice(0, first)],
    where: action === "insert" ? null : Object.fromEntries(found.map((column, at) => [column, values[first + at]])),
  };
}
