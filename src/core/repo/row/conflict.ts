import { ArgumentError, checkOptions, didYouMean, kindOf, optionNames } from "../../base/index.ts";
import { type ConflictClause, type ConflictTarget, planQuery, type PlannedExpr, type TableRef } from "../../plan/index.ts";
import { emptyState, Expr, isQueryLike, type QueryState, secretsOf, type Source, STATE, updatesOf } from "../../query/index.ts";
import type { SchemaInfo } from "../../schema/index.ts";
import {
  type Engine,
  secretParams,
  type ConflictOptions,
  type ConflictTargetOption,
  type OnConflict,
  type Updates,
} from "../engine/index.ts";

/** What an insert does about rows that are there already, worked out. */
export interface ResolvedConflict {
  /** Tells plans apart: part of the statement's key. */
  readonly key: string;
  readonly clause: ConflictClause;
  /** Encoded values; the clause numbers them from 0. */
  readonly params: readonly unknown[];
  /** Which of them must not be shown; there, be it empty, where the clause has to do with redacted fields. */
  readonly secret?: readonly number[];
}

const RAISE: ResolvedConflict = { key: "", clause: { kind: "raise" }, params: [] };
const NO_TARGET: ConflictTarget = { kind: "none" };
/** What stands beside what in an object that says which fields are replaced. */
const FORMS: Readonly<Record<string, readonly string[]>> = {
  replaceAll: optionNames<Extract<OnConflict, { readonly replaceAll: true }>>({ replaceAll: true, replaceChanged: true }),
  replaceAllExcept: optionNames<Extract<OnConflict, { readonly replaceAllExcept: unknown }>>({
    replaceAllExcept: true,
    replaceChanged: true,
  }),
  replace: optionNames<Extract<OnConflict, { readonly replace: readonly string[] }>>({ replace: true }),
};
const UPDATES = optionNames<Updates<any>>({ set: true, inc: true, push: true, pull: true });
const TARGET = optionNames<Extract<ConflictTargetOption, { readonly constraint: string }>>({ constraint: true });

/**
 * The conflict clause that the options ask for.
 * @param info the schema, or null for a table's name
 * @throws ArgumentError where the options make no sense
 */
export function resolveConflict(engine: Engine, info: SchemaInfo | null, table: TableRef, options: ConflictOptions): ResolvedConflict {
  const { onConflict = "raise", conflictTarget } = options;
  if (onConflict === "raise") {
    if (conflictTarget === undefined || isEmptyList(conflictTarget)) return RAISE;
    throw new ArgumentError(
      'conflictTarget says which conflict onConflict handles; with onConflict: "raise" there is none. Leave it out, or say what is to be done',
    );
  }
  const target = conflictTarget === undefined ? NO_TARGET : targetOf(info, conflictTarget);
  if (onConflict === "nothing") return resolved({ kind: "nothing", target });
  if (onConflict === "replaceAll")
    return resolved({ kind: "replace", target, columns: replaceAll(info, "replaceAll", [], conflictTarget, options.replaceChanged) });
  if (isQueryLike(onConflict)) return updateOnConflict(engine, info, table, target, onConflict[STATE]);
  if (typeof onConflict !== "object" || onConflict === null) throw unknownForm(onConflict);
  for (const [form, known] of Object.entries(FORMS)) if (form in onConflict) checkOptions("onConflict", onConflict, known);
  if ("replaceAll" in onConflict) {
    return resolved({
      kind: "replace",
      target,
      columns: replaceAll(info, "replaceAll", [], conflictTarget, onConflict.replaceChanged ?? options.replaceChanged),
    });
  }
  if ("replaceAllExcept" in onConflict) {
    const { replaceAllExcept, replaceChanged = options.replaceChanged } = onConflict;
    return resolved({
      kind: "replace",
      target,
      columns: replaceAll(info, "replaceAllExcept", replaceAllExcept, conflictTarget, replaceChanged),
    });
  }
  if ("replace" in onConflict) return resolved({ kind: "replace", target, columns: replaced(info, onConflict.replace) });
  const keys = Object.keys(onConflict);
  if (keys.length === 0 || keys.some((key) => !UPDATES.includes(key))) throw unknownForm(onConflict);
  const empty = emptyState(tableSource(info, table));
  return updateOnConflict(engine, info, table, target, { ...empty, update: updatesOf(empty, onConflict satisfies Updates<any>) });
}

function resolved(clause: ConflictClause): ResolvedConflict {
  // No two clauses print alike, since JSON quotes every name.
  return { key: `c${JSON.stringify(clause)}`, clause, params: [] };
}

function unknownForm(given: unknown): ArgumentError {
  const shown =
    typeof given === "string"
      ? JSON.stringify(given)
      : typeof given === "object" && given !== null
        ? `an object with ${Object.keys(given).join(", ") || "nothing"}`
        : kindOf(given);
  return new ArgumentError(
    `onConflict is "raise", "nothing", "replaceAll", { replace: fields }, { replaceAllExcept: fields }, { set, inc, push, pull } or a query with an update, not ${shown}`,
  );
}

function isEmptyList(target: ConflictTargetOption): boolean {
  return Array.isArray(target) && target.length === 0;
}

function targetOf(info: SchemaInfo | null, target: ConflictTargetOption): ConflictTarget {
  if (isEmptyList(target)) return NO_TARGET;
  const names = namesIn(target);
  if (names !== null) return { kind: "columns", columns: names.map((name) => columnOf(info, name, "conflictTarget")) };
  if (target instanceof Expr) return { kind: "fragment", expr: textFragment(target) };
  if (typeof target === "object" && target !== null && "constraint" in target && typeof target.constraint === "string") {
    checkOptions("conflictTarget", target, TARGET);
    return { kind: "constraint", name: target.constraint };
  }
  throw new ArgumentError(`conflictTarget is a field, a list of fields, { constraint: "name" } or sql.unsafe("…"), not ${kindOf(target)}`);
}

/** The fields that a target names; null where it is something else. */
function namesIn(target: ConflictTargetOption | undefined): readonly string[] | null {
  if (typeof target === "string") return [target];
  return Array.isArray(target) ? target : null;
}

function textFragment({ node }: Expr<unknown>): PlannedExpr {
  const parts = node.kind === "fragment" ? node.parts.filter((part) => typeof part === "string") : null;
  if (node.kind === "fragment" && parts?.length === node.parts.length) return { kind: "fragment", parts };
  throw new ArgumentError('a fragment as conflictTarget is text alone, without values: sql.unsafe("(lower(title))")');
}

function columnOf(info: SchemaInfo | null, name: string, option: string): string {
  if (info === null) return name;
  const column = info.columns[name];
  if (column !== undefined && Object.hasOwn(info.columns, name)) return column;
  throw new ArgumentError(`${option}: ${info.name} has no field "${name}" in the database. ${didYouMean(name, info.fields)}`);
}

function replaced(info: SchemaInfo | null, fields: readonly string[]): readonly string[] {
  if (!Array.isArray(fields) || fields.length === 0) throw new ArgumentError("onConflict: { replace } takes a list of at least one field");
  return fields.map((name: string) => {
    const column = columnOf(info, name, "onConflict");
    if (info !== null && !info.updatableFields.includes(name))
      throw new ArgumentError(
        `onConflict: "${name}" of ${info.name} cannot be replaced, since updates do not write it (writable: "${info.field(name)?.writable}")`,
      );
    return column;
  });
}

function replaceAll(
  info: SchemaInfo | null,
  form: string,
  except: readonly string[],
  target: ConflictTargetOption | undefined,
  replaceChanged = true,
): readonly string[] {
  if (info === null)
    throw new ArgumentError(`onConflict: ${form} needs a schema, which knows the columns; name them with { replace: [...] }`);
  if (!Array.isArray(except)) throw new ArgumentError("onConflict: { replaceAllExcept } takes a list of fields");
  for (const name of except) columnOf(info, name, "onConflict");
  // What conflicts is equal in both rows: writing it again would only cost.
  const same = (replaceChanged ? namesIn(target) : null) ?? [];
  const columns = info.updatableFields
    .filter((name) => !except.includes(name) && !same.includes(name))
    .map((name) => info.fieldOrThrow(name).column);
  if (columns.length === 0)
    throw new ArgumentError(`onConflict: ${form} leaves no field to replace; name some with { replace: [...] }, or use "nothing"`);
  return columns;
}

/** A table as the source of a query. */
export function tableSource(info: SchemaInfo | null, table: TableRef): Source {
  const more = { prefix: table.prefix, hints: [] };
  return info ? { kind: "schema", info, table: table.name, ...more } : { kind: "table", name: table.name, ...more };
}

function updateOnConflict(
  engine: Engine,
  info: SchemaInfo | null,
  table: TableRef,
  target: ConflictTarget,
  given: QueryState,
): ResolvedConflict {
  const { source } = given;
  const same = info
    ? source.kind === "schema" && source.info === info && source.table === table.name
    : source.kind === "table" && source.name === table.name;
  if (!same)
    throw new ArgumentError(
      `the query of onConflict must be of what is inserted, ${info ? `from(${info.name})` : `from("${table.name}")`}`,
    );
  if (given.update.length === 0) throw new ArgumentError("the query of onConflict says nothing to update: add .update({ set: { … } })");
  const { key, params } = engine.plans.fingerprint(given, "updateAll", table.prefix);
  const clause: ConflictClause = { kind: "update", target, query: planQuery(given, "updateAll", table.prefix, params).query };
  const secret = secretParams(secretsOf(given), params);
  return { key: `q${JSON.stringify(target)}${key}`, clause, params: params.map((param) => engine.plans.encodeParam(param)), ...secret };
}
