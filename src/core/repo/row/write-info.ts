import type { BulkInsert, Statement } from "../../adapter/index.ts";
import { Lru } from "../../base/index.ts";
import type { ColumnRef, TableRef } from "../../plan/index.ts";
import type { AssociationInfo, FieldInfo, SchemaInfo } from "../../schema/index.ts";
import type { Engine } from "../engine/index.ts";
import { type Generator, insertGenerators, updateGenerators } from "./autogenerate.ts";

/** A statement that writes certain columns and answers with certain others, for whatever values. */
export interface RowPlan {
  readonly statement: Statement;
  readonly table: TableRef;
  readonly columns: readonly ColumnRef[];
  /** For each placeholder the index of its value; null where they stand in order. */
  readonly order: readonly number[] | null;
  readonly returning: readonly FieldInfo[];
  /** What is returned is the key alone, which the answer tells as the number that was given last. */
  readonly lastId: boolean;
  /** Inserts many such rows; made when it is first needed. */
  bulk: BulkInsert | null;
}

/** What writes ask of a schema, worked out once per engine, and the statements that were built for it. */
export interface WriteInfo {
  readonly info: SchemaInfo;
  readonly insertable: readonly FieldInfo[];
  readonly updatable: readonly FieldInfo[];
  /** Fields that an insert does not write, and those that an update does not. */
  readonly lockedOnInsert: readonly FieldInfo[];
  readonly lockedOnUpdate: readonly FieldInfo[];
  readonly generated: readonly Generator[];
  readonly refreshed: readonly Generator[];
  /** The key that the database numbers. */
  readonly databaseKey: FieldInfo | null;
  readonly onDelete: readonly AssociationInfo[];
  readonly plans: Lru<RowPlan>;
  /** Plans of usual inserts, by the fields that they send. */
  readonly inserts: Map<number, RowPlan>;
}

const infos = new WeakMap<Engine, WeakMap<SchemaInfo, WriteInfo>>();

// Statements of one schema, by number and by their characters; beyond that, texts are so many that keeping them helps nobody.
const MAX_PLANS = 500;
const MAX_PLAN_TEXT = 4 * 1024 * 1024;

export function writeInfoOf(engine: Engine, info: SchemaInfo): WriteInfo {
  let known = infos.get(engine);
  if (!known) {
    known = new WeakMap();
    infos.set(engine, known);
  }
  let writes = known.get(info);
  if (!writes) {
    writes = makeWriteInfo(info);
    known.set(info, writes);
  }
  return writes;
}

function makeWriteInfo(info: SchemaInfo): WriteInfo {
  const fields = info.fields.map((name) => info.fieldOrThrow(name));
  return {
    info,
    insertable: fields.filter((field) => field.writable !== "never"),
    updatable: fields.filter((field) => field.writable === "always"),
    lockedOnInsert: fields.filter((field) => field.writable === "never"),
    lockedOnUpdate: fields.filter((field) => field.writable !== "always"),
    generated: insertGenerators(info),
    refreshed: updateGenerators(info),
    databaseKey: fields.find((field) => field.primaryKey && field.autogenerate === "database") ?? null,
    onDelete: info.associations.map((name) => info.associationOrThrow(name)).filter(({ onDelete }) => onDelete !== "nothing"),
    inserts: new Map(),
    plans: new Lru({ max: MAX_PLANS, maxWeight: MAX_PLAN_TEXT }),
  };
}
