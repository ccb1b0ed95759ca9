import { ArgumentError, didYouMean, kindOf } from "../../base/index.ts";
import type { TableRef } from "../../plan/index.ts";
import { type FieldInfo, infoOf, type SchemaInfo } from "../../schema/index.ts";
import type { Type } from "../../type/index.ts";
import type { BulkOptions } from "../engine/index.ts";

/** Where insertAll writes: a table, with its schema where it has one. */
export interface BulkTarget {
  readonly info: SchemaInfo | null;
  readonly table: TableRef;
}

export interface BulkColumn {
  readonly key: string;
  readonly column: string;
  readonly type: Type | null;
  readonly field: FieldInfo | null;
}

/** The column of a row's key. @throws ArgumentError where the schema does not write one of that name */
export function bulkColumn({ info, table }: BulkTarget, key: string): BulkColumn {
  if (info === null) return { key, column: key, type: null, field: null };
  const field = info.field(key);
  if (field && !field.virtual && field.writable !== "never") return { key, column: field.column, type: field.type, field };
  const what = info.association(key)
    ? `"${key}" is an association: set its foreign key`
    : field
      ? `"${key}" ${field.virtual ? "is virtual" : "is never written"}`
      : `there is no field "${key}". ${didYouMean(key, info.insertableFields)}`;
  throw new ArgumentError(`insertAll into ${info.name} ("${table.name}"): ${what}`);
}

/** @throws ArgumentError where the target is no table */
export function targetOf(target: unknown, options: BulkOptions): BulkTarget {
  if (typeof target === "string") return { info: null, table: { prefix: options.prefix ?? null, name: target } };
  const [source, cls]: readonly unknown[] = Array.isArray(target) ? target : [undefined, target];
  const info = infoOf(cls);
  if (info === null || (source !== undefined && typeof source !== "string"))
    throw new ArgumentError(`insertAll takes a schema, a table's name, or [table, Schema], not ${kindOf(target)}`);
  const name = source ?? info.source;
  if (name === null) throw new ArgumentError(`insertAll was given ${info.name}, an embedded schema: it has no table`);
  return { info, table: tableIn(info, name, options) };
}

function tableIn(info: SchemaInfo, name: string, options: BulkOptions): TableRef {
  return { prefix: options.prefix ?? info.prefix, name, schema: info.class, context: info.context };
}
