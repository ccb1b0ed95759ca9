import { MultiplePrimaryKeyError } from "../../base/index.ts";
import type { RawResult, RefusedWrite } from "../../adapter/index.ts";
import type { SchemaInfo } from "../../schema/index.ts";
import type { Engine, SharedOptions } from "../engine/index.ts";
import type { ResolvedConflict } from "./conflict.ts";
import type { RowStatement } from "./statement.ts";

/** Sends the statement of one row. */
export function sendRow(
  engine: Engine,
  { plan, values }: RowStatement,
  conflict: ResolvedConflict | null,
  options: SharedOptions,
): RawResult | Promise<RawResult> {
  const all = conflict && conflict.params.length > 0 ? [...conflict.params, ...values] : values;
  const params = plan.order === null ? all : plan.order.map((index) => all[index]);
  return engine.run(plan.statement, params, options, plan.table.name);
}

/** Throws where a write by key met several rows. */
export function checkSingle(info: SchemaInfo, action: string, count: number): void {
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
  filters: Readonly<Record<string, unknown>> = {},
): RefusedWrite {
  const found = Object.keys(filters).map((name) => info.columns[name] as string);
  const first = values.length - found.length;
  return {
    action,
    table: plan.table,
    columns: action === "delete" ? [] : plan.columns.map(({ name }) => name),
    rows: action === "delete" ? [] : [values.slice(0, first)],
    where: action === "insert" ? null : Object.fromEntries(found.map((column, at) => [column, values[first + at]])),
  };
}
