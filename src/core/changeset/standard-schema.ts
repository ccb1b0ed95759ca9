import { ArgumentError, isPlainObject, kindOf } from "../base/index.ts";
import { applyChanges } from "./apply.ts";
import { translate } from "./errors.ts";
import type { ChangesetError, MessageOption } from "./records.ts";
import { type ChangesetState, isChangeset, update } from "./state.ts";
import { checkField } from "./validations/custom.ts";
import { errorFrom } from "./validations/message.ts";

/** Standard Schema, version 1 (https://standardschema.dev): what validation libraries and their users agree upon. */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}
export type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] };
export interface StandardIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}
/** A Standard Schema that answers at once. */
export interface SyncStandardSchema<Input, Output> extends StandardSchema<Input, Output> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => StandardResult<Output>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

interface Buildable {
  readonly name: string;
  build(): object;
  changeset?(struct: object, params: unknown): unknown;
}

/** A Standard Schema out of a function of params that returns a changeset, or out of a schema with a static `changeset`. */
export function standardSchemaOf(source: unknown): SyncStandardSchema<unknown, unknown> {
  const run = runnerOf(source);
  return { "~standard": { version: 1, vendor: "ectype", validate: (value) => validate(run, value) } };
}

function runnerOf(source: unknown): (params: unknown) => unknown {
  if (typeof source !== "function")
    throw new ArgumentError(`toStandardSchema takes a function of params that returns a changeset, or a schema, not ${kindOf(source)}`);
  const schema = source as unknown as Buildable;
  if (typeof schema.build !== "function") return source as (params: unknown) => unknown;
  if (typeof schema.changeset !== "function")
    throw new ArgumentError(`toStandardSchema: ${schema.name} has no static function changeset(struct, params)`);
  return (params) => schema.changeset?.(schema.build(), params);
}

function validate(run: (params: unknown) => unknown, value: unknown): StandardResult<unknown> {
  const isForm = typeof value === "object" && value !== null && typeof (value as { getAll?: unknown }).getAll === "function";
  if (!isForm && !isPlainObject(value)) return { issues: [{ message: "is invalid", path: [] }] };
  const cs = run(value);
  if (!isChangeset(cs)) throw new ArgumentError("the function given to toStandardSchema must return a changeset");
  return cs.valid ? { value: applyChanges(cs) } : { issues: issuesOf(cs, []) };
}

function issuesOf(cs: ChangesetState, path: readonly PropertyKey[]): StandardIssue[] {
  const issues: StandardIssue[] = cs.errors.map((error) => ({ message: translate(cs, error), path: [...path, error.field] }));
  for (const name of Object.keys(cs.changes)) {
    const change = cs.changes[name];
    if (isChangeset(change)) issues.push(...issuesOf(change, [...path, name]));
    else if (Array.isArray(change)) {
      change.forEach((one, at) => {
        if (isChangeset(one)) issues.push(...issuesOf(one, [...path, name, at]));
      });
    }
  }
  // Invalid without a word: params that were known to be wrong.
  return issues.length === 0 && path.length === 0 ? [{ message: "is invalid", path: [] }] : issues;
}

/** Validates the changed value of a field by a Standard Schema; the value itself stays as it is. */
export function validateWith<C extends ChangesetState>(
  cs: C,
  field: string,
  schema: StandardSchema,
  message: MessageOption | undefined,
): C {
  const result = startValidation(cs, field, schema);
  if (result instanceof Promise)
    throw new ArgumentError(
      `validateWith("${field}"): the ${schema["~standard"].vendor} schema answers later; use await changeset.validateWithAsync("${field}", schema)`,
    );
  return withIssues(cs, field, schema, result, message);
}

export async function validateWithAsync<C extends ChangesetState>(
  cs: C,
  field: string,
  schema: StandardSchema,
  message: MessageOption | undefined,
): Promise<C> {
  return withIssues(cs, field, schema, await startValidation(cs, field, schema), message);
}

function startValidation(
  cs: ChangesetState,
  field: string,
  schema: StandardSchema,
): ReturnType<StandardSchema["~standard"]["validate"]> | null {
  checkField(cs, field, "validateWith");
  const standard = (schema as Partial<StandardSchema> | null)?.["~standard"];
  if (typeof standard?.validate !== "function")
    throw new ArgumentError(`validateWith("${field}") takes a Standard Schema, such as one of Zod, Valibot or ArkType`);
  const value = cs.changes[field];
  return value === null || value === undefined ? null : standard.validate(value);
}

function withIssues<C extends ChangesetState>(
  cs: C,
  field: string,
  schema: StandardSchema,
  result: StandardResult<unknown> | null,
  message: MessageOption | undefined,
): C {
  const { vendor } = schema["~standard"];
  const validations = [{ field, validation: "schema", vendor }, ...cs.validations];
  const errors = (result?.issues ?? []).map((issue) => errorOf(field, vendor, issue, message));
  return errors.length === 0 ? update(cs, { validations }) : update(cs, { validations, errors: [...errors, ...cs.errors], valid: false });
}

function errorOf(field: string, vendor: string, issue: StandardIssue, message: MessageOption | undefined): ChangesetError {
  const path = (issue.path ?? []).map((step) => (typeof step === "object" ? step.key : step));
  return errorFrom(field, message, issue.message, { validation: "schema", vendor, ...(path.length === 0 ? {} : { path }) });
}
