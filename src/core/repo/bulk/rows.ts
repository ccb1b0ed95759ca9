// The statements of an insertAll of rows.
import { ArgumentError, isPlainObject, kindOf } from "../../base/index.ts";
import type { BulkStatement, Compiled } from "../../adapter/index.ts";
import { type InsertCell, type InsertCommand, planQuery } from "../../plan/index.ts";
import { isQueryLike, type QueryState, secretsOf, STATE } from "../../query/index.ts";
import { type BulkColumn, bulkColumn, type BulkTarget } from "./target.ts";
import { Placeholder } from "./placeholder.ts";
import type { Engine } from "../engine/index.ts";
import { encodeField, sendable } from "../row/index.ts";

import { shiftedQuery } from "./shift-params.ts";

type Row = Readonly<Record<string, unknown>>;
export type BulkCommand = Pick<InsertCommand, "table" | "onConflict" | "returning" | "select">;

/** Rows with the same columns that follow each other. */
interface Run {
  readonly columns: readonly BulkColumn[];
  readonly rows: unknown[][];
}

/** The columns that are written, and the encoded rows; what is no plain value stands as it is. */
export interface WrittenRows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

/** The statements that insert the rows, in their order, and what they write, worked out where it is asked for. */
export function bulkInsertOfRows(
  engine: Engine,
  target: BulkTarget,
  rows: readonly unknown[],
  command: BulkCommand,
  conflictParams: readonly unknown[],
  placeholders: Row,
): { readonly statements: readonly BulkStatement[]; readonly written: () => WrittenRows } {
  const encoder = new Encoder(engine, target, placeholders);
  const runs = encoder.runs(rows);
  const secret = encoder.secret ? { secret: "all" as const } : {};
  const hidden = ({ statement, params }: BulkStatement): BulkStatement => ({ statement: { ...statement, ...secret }, params });
  // A database that knows DEFAULT takes rows of different columns at once; elsewhere each run is a statement of its own.
  const mixed = runs.length > 1 && engine.adapter.features.defaultValues;
  const parts = mixed ? [united(runs)] : runs;
  const statements = (
    !mixed && !encoder.special
      ? runs.flatMap(({ columns, rows: values }) =>
          engine.adapter.bulkInsert({ ...command, columns: columns.map(columnRef) }, { bigints: false })(values, conflictParams),
        )
      : parts.flatMap((run) => chunks(engine, run, command, conflictParams))
  ).map(hidden);
  const written = () => {
    const { columns, rows: values } = united(runs);
    return { columns: columns.map(({ column }) => column), rows: values };
  };
  return { statements, written };
}

const MISSING: unique symbol = Symbol("default");

/** Stands in a row for a value that other rows share: a placeholder. */
class Shared {
  readonly value: unknown;
  constructor(value: unknown) {
    this.value = value;
  }
}

class Encoder {
  /** Some cell is a query or a shared value, so that the rows cannot travel as plain values. */
  special = false;
  /** Some cell holds a value of a redacted field. */
  secret = false;
  readonly #engine: Engine;
  readonly #target: BulkTarget;
  readonly #placeholders: Row;
  readonly #shared = new Map<string, { type: BulkColumn["type"]; shared: Shared }>();
  readonly #generated: readonly (readonly [string, () => unknown])[];

  constructor(engine: Engine, target: BulkTarget, placeholders: Row) {
    this.#engine = engine;
    this.#target = target;
    this.#placeholders = placeholders;
    this.#generated = generatedKeys(target);
  }

  runs(rows: readonly unknown[]): Run[] {
    const runs: Run[] = [];
    const known = new Map<string, readonly BulkColumn[]>();
    for (const given of rows) {
      const row = this.#complete(given);
      let run = runs.at(-1);
      if (run === undefined || !hasKeys(row, run.columns)) {
        run = { columns: this.#columns(row, known), rows: [] };
        runs.push(run);
      }
      run.rows.push(run.columns.map((column) => this.#cell(column, row[column.key])));
    }
    return runs;
  }

  /** The columns of a row, worked out once for all rows with the same keys. */
  #columns(row: Row, known: Map<string, readonly BulkColumn[]>): readonly BulkColumn[] {
    const keys = Object.keys(row).filter((key) => row[key] !== undefined);
    const id = JSON.stringify(keys.toSorted());
    let columns = known.get(id);
    if (!columns) {
      columns = keys.map((key) => bulkColumn(this.#target, key));
      if (columns.some(({ type }) => type?.redact)) this.secret = true;
      known.set(id, columns);
    }
    return columns;
  }

  /** The row with the keys that its schema generates. */
  #complete(given: unknown): Row {
    if (!isPlainObject(given))
      throw new ArgumentError(`insertAll takes rows as plain objects such as { title: "…" }, not ${kindOf(given)}`);
    let row: Row = given;
    for (const [key, make] of this.#generated) if (row[key] === undefined) row = { ...row, [key]: make() };
    return row;
  }

  #cell(column: BulkColumn, value: unknown): unknown {
    if (value instanceof Placeholder) return this.#placeholder(column, value.name);
    if (isQueryLike(value)) {
      this.special = true;
      if (secretsOf(value[STATE]).touched) this.secret = true;
      return value;
    }
    return this.#encode(column, value);
  }

  #encode({ column, field, type }: BulkColumn, value: unknown): unknown {
    const { info, table } = this.#target;
    if (info && field) return encodeField(this.#engine, info, field, value, "insertAll");
    return sendable("insertAll", `"${column}" of "${table.name}"`, false, () => this.#engine.plans.encodeValue(value, type));
  }

  #placeholder(column: BulkColumn, name: string): Shared {
    this.special = true;
    const known = this.#shared.get(name);
    if (known) {
      if (sameType(known.type, column.type)) return known.shared;
      throw new ArgumentError(
        `the placeholder "${name}" stands in columns of type ${known.type?.name} and ${column.type?.name} ("${column.key}"); give each type a placeholder of its own`,
      );
    }
    if (!Object.hasOwn(this.#placeholders, name))
      throw new ArgumentError(
        `the placeholder "${name}" is not among the option placeholders, which has ${Object.keys(this.#placeholders).join(", ") || "none"}`,
      );
    const shared = new Shared(this.#encode(column, this.#placeholders[name]));
    this.#shared.set(name, { type: column.type, shared });
    return shared;
  }
}

/** Plain types are one object each; composite ones are made anew for every field. */
function sameType(a: BulkColumn["type"] | undefined, b: BulkColumn["type"] | undefined): boolean {
  if (!a || !b || a === b) return a === b;
  return a.name === b.name && a.inner !== undefined && sameType(a.inner, b.inner);
}

function generatedKeys({ info }: BulkTarget): readonly (readonly [string, () => unknown])[] {
  if (info === null) return [];
  return info.primaryKey.flatMap((key) => {
    const make = info.field(key)?.autogenerate;
    return typeof make === "function" ? [[key, make] as const] : [];
  });
}

/** Whether a row has values for exactly these columns. */
function hasKeys(row: Row, columns: readonly BulkColumn[]): boolean {
  let count = 0;
  for (const key in row) if (row[key] !== undefined) count++;
  return count === columns.length && columns.every(({ key }) => row[key] !== undefined && Object.hasOwn(row, key));
}

function columnRef({ column, type }: BulkColumn) {
  return { name: column, type };
}

/** Runs of different columns as one, with a gap wherever a row says nothing. */
function united(runs: readonly Run[]): Run {
  const columns = [...new Map(runs.flatMap((run) => run.columns.map((column) => [column.key, column] as const))).values()];
  const rows = runs.flatMap((run) => {
    const at = columns.map(({ key }) => run.columns.findIndex((column) => column.key === key));
    return run.rows.map((row) => at.map((index) => (index < 0 ? MISSING : row[index])));
  });
  return { columns, rows };
}

/** Rows cell by cell, in as many statements as the parameters need. */
function chunks(engine: Engine, { columns, rows }: Run, command: BulkCommand, conflictParams: readonly unknown[]): BulkStatement[] {
  const { maxParams } = engine.adapter.features;
  const statements: BulkStatement[] = [];
  let cells = new Cells(engine, conflictParams);
  const flush = () => {
    statements.push(
      statementOf(
        engine.adapter.insertSql({ ...command, columns: columns.map(columnRef), rows: cells.rows }),
        cells.params,
        command,
        false,
      ),
    );
    cells = new Cells(engine, conflictParams);
  };
  for (const row of rows) {
    // What a query in a cell binds is known only once it is planned; those rows are rare, and their parameters few.
    if (cells.rows.length > 0 && (cells.placeholders + columns.length > maxParams - 1000 || columns.length === 0)) flush();
    cells.add(columns, row);
  }
  flush();
  return statements;
}

class Cells {
  /** How many the statement has: on a database that numbers them, a shared value is one wherever it stands. */
  placeholders: number;
  readonly rows: InsertCell[][] = [];
  readonly params: unknown[];
  readonly #engine: Engine;
  readonly #shared = new Map<Shared, number>();

  constructor(engine: Engine, conflictParams: readonly unknown[]) {
    this.#engine = engine;
    this.params = [...conflictParams];
    this.placeholders = conflictParams.length;
  }

  add(columns: readonly BulkColumn[], row: readonly unknown[]): void {
    this.rows.push(row.map((value, at) => this.#cell(columns[at]?.type ?? null, value)));
  }

  #cell(type: BulkColumn["type"], value: unknown): InsertCell {
    if (value === MISSING) return { kind: "default" };
    if (isQueryLike(value)) return this.#query(value[STATE]);
    let index = value instanceof Shared ? this.#shared.get(value) : undefined;
    if (index === undefined || !this.#engine.adapter.features.numberedParams) this.placeholders++;
    if (!(value instanceof Shared)) return { kind: "param", index: this.params.push(value) - 1, type };
    if (index === undefined) {
      index = this.params.push(value.value) - 1;
      this.#shared.set(value, index);
    }
    return { kind: "param", index, type };
  }

  #query(query: QueryState): InsertCell {
    const { params } = this.#engine.plans.fingerprint(query, "all", null);
    const planned = shiftedQuery(planQuery(query, "all", null, params).query, this.params.length);
    for (const param of params) this.params.push(this.#engine.plans.encodeParam(param));
    this.placeholders += params.length;
    return { kind: "subquery", query: planned };
  }
}

/** @param again whether the same text will come again; without parameters it must be prepared, or drivers take it for a script, which counts nothing */
export function statementOf(
  { sql, params: order }: Compiled,
  params: readonly unknown[],
  { returning, select }: BulkCommand,
  again: boolean,
): BulkStatement {
  const prepare = again || order.length === 0;
  return {
    statement: { sql, readOnly: false, returnsRows: returning.length > 0 || select !== undefined, bigints: false, prepare },
    params: order.map((index) => params[index]),
  };
}
