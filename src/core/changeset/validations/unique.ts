import { ArgumentError, checkOptions, optionNames } from "../../base/index.ts";
import { type AnySchema, meta } from "../../schema/index.ts";
import { getField } from "../read.ts";
import type { MessageOption } from "../records.ts";
import { type ChangesetState, nameOf, update } from "../state.ts";
import { checkField } from "./custom.ts";
import { errorFrom } from "./message.ts";

/** What a repo is asked: is there a row with these values, other than the excluded one? A null in `where` asks for null. */
export interface UniqueQuestion {
  readonly schema: AnySchema;
  /** The query to search in instead of the schema; null for none. */
  readonly query: unknown;
  readonly prefix: string | null;
  readonly where: Readonly<Record<string, unknown>>;
  /** The primary key of the row itself; null where it is not inserted, or its key is not known. */
  readonly exclude: Readonly<Record<string, unknown>> | null;
  readonly options: Readonly<Record<string, unknown>>;
}

/** The method by which a repo answers. */
export const IS_TAKEN: unique symbol = Symbol("ectype.isTaken");

/** The part of a repo that `unsafeValidateUnique` needs. */
export interface UniqueChecker {
  [IS_TAKEN](question: UniqueQuestion): Promise<boolean>;
}

export interface UnsafeUniqueOptions {
  readonly message?: MessageOption;
  /** Where the error goes; the first field unless said otherwise. */
  readonly errorKey?: string;
  readonly prefix?: string;
  /** `false`: two nulls are equal, as in an index with NULLS NOT DISTINCT. */
  readonly nullsDistinct?: boolean;
  readonly repoOpts?: Readonly<Record<string, unknown>>;
  /** A query to search in instead of the whole table. */
  readonly query?: unknown;
}

const OPTIONS = optionNames<UnsafeUniqueOptions>({
  message: true,
  errorKey: true,
  prefix: true,
  nullsDistinct: true,
  repoOpts: true,
  query: true,
});

/** Asks the database whether another row has the same values. */
export async function unsafeValidateUnique<C extends ChangesetState>(
  cs: C,
  given: string | readonly string[],
  repo: UniqueChecker,
  options: UnsafeUniqueOptions,
): Promise<C> {
  const fields = typeof given === "string" ? [given] : given;
  const first = fields[0];
  if (first === undefined) throw new ArgumentError("unsafeValidateUnique takes a field or a list of fields");
  checkOptions("unsafeValidateUnique", options, OPTIONS);
  const info = schemaOf(cs, options);
  for (const field of fields) checkField(cs, field, "unsafeValidateUnique");
  if (typeof (repo as Partial<UniqueChecker> | null)?.[IS_TAKEN] !== "function")
    throw new ArgumentError("unsafeValidateUnique takes the repo as its second argument");
  const noted = update(cs, { validations: [{ field: first, validation: "unsafeUnique", fields }, ...cs.validations] });
  const where = Object.fromEntries(fields.map((field) => [field, getField(cs, field) ?? null]));
  if (!fields.some((field) => Object.hasOwn(cs.changes, field))) return noted;
  if (cs.errors.some((error) => fields.includes(error.field))) return noted;
  if (options.nullsDistinct !== false && fields.some((field) => where[field] === null)) return noted;
  const taken = await repo[IS_TAKEN]({
    schema: info.class,
    query: options.query ?? null,
    prefix: options.prefix ?? null,
    where,
    exclude: ownKey(cs),
    options: options.repoOpts ?? {},
  });
  if (!taken) return noted;
  const error = errorFrom(options.errorKey ?? first, options.message, "has already been taken", { validation: "unsafeUnique", fields });
  return update(noted, { errors: [error, ...noted.errors], valid: false });
}

function schemaOf(cs: ChangesetState, options: UnsafeUniqueOptions) {
  const { info } = cs;
  if (info === null) throw new ArgumentError("unsafeValidateUnique needs a schema: this changeset is made of { data, types }");
  if (info.source === null && options.query === undefined)
    throw new ArgumentError(
      `unsafeValidateUnique: ${nameOf(cs)} is an embedded schema without a table; say with the option query where to search`,
    );
  return info;
}

/** The key of the row itself, which may have these values. */
function ownKey(cs: ChangesetState): Readonly<Record<string, unknown>> | null {
  const { info } = cs;
  if (info === null || info.source === null || info.primaryKey.length === 0 || meta(cs.data).state !== "loaded") return null;
  const key = info.primaryKey.map((name) => [name, getField(cs, name) ?? null] as const);
  return key.some(([, value]) => value === null) ? null : Object.fromEntries(key);
}
