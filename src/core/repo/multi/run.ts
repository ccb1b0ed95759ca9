import { ArgumentError, err, isResult, ok, print, type Result } from "../../base/index.ts";
import { isChangeset, type ChangesetState, withAction } from "../../changeset/index.ts";
import { describe } from "../../schema/index.ts";
import { type Engine, checkCall, type RepoOperation, transact, type TransactionOptions } from "../engine/index.ts";

import { type MultiFailure, MultiSteps, type Operation, type StepFailure } from "./steps.ts";

type AnyMulti = MultiSteps<object, StepFailure>;
const READS: readonly string[] = ["one", "all", "exists"];

type Call = (...args: unknown[]) => Promise<unknown>;

/**
 * Runs the operations in order in one transaction, or behind a savepoint of the open one, which a failure leaves as it was.
 * What is known to fail beforehand fails before anything is sent.
 */
export async function runMulti(
  engine: Engine,
  repo: object,
  multi: AnyMulti,
  options?: TransactionOptions,
): Promise<Result<object, MultiFailure>> {
  checkAll(engine, multi.operations);
  const doomed = multi.operations.find((one) => one.kind === "error" || (isChangeset(one.input) && !one.input.valid));
  if (doomed) return err({ operation: doomed.name as string, value: doomed.kind === "error" ? doomed.input : tried(doomed), changes: {} });
  if (multi.operations.length === 0) return ok({});
  let failed: MultiFailure | null = null;
  const run = async (): Promise<Result<object, MultiFailure>> => {
    const changes: Record<string, unknown> = {};
    failed = await runAll(engine, repo, multi.operations, changes, namesOf(multi));
    return failed ? err(failed) : ok(changes);
  };
  const result = await transact(engine, run, options, "savepoint");
  if (result.ok) return result as Result<object, MultiFailure>;
  if (failed) return err(failed);
  throw new ArgumentError(
    "the transaction of a Multi was rolled back from inside an operation; let the operation's function return err(reason) instead",
  );
}

/** Which options there are depends on the repo; none is sent anything before all of them are known to be right. */
function checkAll({ hooks }: Engine, operations: readonly Operation[]): void {
  for (const { name, kind, options } of operations) {
    const operation = READS.includes(kind) ? "all" : (kind as RepoOperation);
    if (Object.keys(options).length > 0) checkCall(hooks, operation, `Multi.${kind}("${name}")`, options);
  }
}

function tried(operation: Operation): unknown {
  return withAction(operation.input as ChangesetState, operation.kind === "insertOrUpdate" ? "insert" : operation.kind);
}

function namesOf(multi: AnyMulti): ReadonlySet<string> {
  return new Set(multi.operations.flatMap(({ name }) => (name === null ? [] : [name])));
}

/** @param taken the names of all operations, those to come too, that are not merged in here */
async function runAll(
  engine: Engine,
  repo: object,
  operations: readonly Operation[],
  changes: Record<string, unknown>,
  taken: ReadonlySet<string>,
): Promise<MultiFailure | null> {
  for (const operation of operations) {
    const { name, kind, input } = operation;
    if (kind === "inspect") {
      show(input as { only?: string | string[]; label?: string }, changes);
    } else if (kind === "merge") {
      const merged = (input as (changes: object) => unknown)({ ...changes });
      if (!(merged instanceof MultiSteps))
        throw new ArgumentError(`the function of Multi.merge must return a Multi, not ${describe(merged)}`);
      checkAll(engine, merged.operations);
      const names = namesOf(merged);
      for (const inner of names) {
        if (Object.hasOwn(changes, inner)) throw new ArgumentError(`Multi.merge: "${inner}" has run already under that name`);
        if (taken.has(inner))
          throw new ArgumentError(`Multi.merge: "${inner}" is the name of a later operation too; each needs a name of its own`);
      }
      const failure = await runAll(engine, repo, merged.operations, changes, new Set([...taken, ...names]));
      if (failure) return failure;
    } else {
      const result = await runOne(repo, operation, changes);
      if (!result.ok) return { operation: name as string, value: result.error, changes: { ...changes } };
      changes[name as string] = result.value;
    }
  }
  return null;
}

async function runOne(repo: object, operation: Operation, changes: Record<string, unknown>): Promise<Result<unknown, unknown>> {
  const call = (method: string, ...args: unknown[]) => ((repo as Record<string, Call>)[method] as Call).apply(repo, args);
  const { name, kind, input, options } = operation;
  const resolve = (value: unknown) =>
    typeof value === "function" && !isSchema(value) ? (value as (changes: object) => unknown)({ ...changes }) : value;
  switch (kind) {
    case "put":
      return ok(input);
    case "error":
      return err(input);
    case "run": {
      const result = await (input as (repo: object, changes: object) => unknown)(repo, { ...changes });
      if (!isResult(result))
        throw new ArgumentError(
          `the function of Multi.run("${name}") must return a Result, ok(value) or err(reason), not ${describe(result)}`,
        );
      return result;
    }
    case "insert":
    case "update":
    case "delete":
    case "insertOrUpdate":
      return (await call(kind, resolve(input), options)) as Result<unknown, unknown>;
    case "insertAll": {
      const { target, rows } = input as { target: unknown; rows: unknown };
      return ok(await call("insertAll", target, resolve(rows), options));
    }
    case "updateAll": {
      const { query, update } = input as { query: unknown; update: unknown };
      return ok(await call("updateAll", resolve(query), update, options));
    }
    default:
      return ok(await call(kind, resolve(input), options));
  }
}

function isSchema(value: object): boolean {
  return "schema" in value;
}

function show(options: { only?: string | string[]; label?: string }, changes: Record<string, unknown>): void {
  const only = options.only === undefined ? null : [options.only].flat();
  const shown = only ? Object.fromEntries(Object.entries(changes).filter(([name]) => only.includes(name))) : changes;
  console.log(options.label === undefined ? print(shown) : `${options.label}: ${print(shown)}`);
}
