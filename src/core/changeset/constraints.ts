import { ArgumentError, checkOptions, didYouMean, kindOf, optionNames } from "../base/index.ts";
import { type AssociationInfo, meta } from "../schema/index.ts";
import { checkName } from "./arguments.ts";
import type { Constraint, ConstraintType } from "./records.ts";
import { type ChangesetState, nameOf, update } from "./state.ts";

export interface ConstraintOptions {
  /** The constraint's name in the database, or a regular expression that it matches. */
  readonly name?: string | RegExp;
  readonly message?: string;
  /** How the name is compared: as a whole, by its end or its beginning; a regular expression stands for the name. */
  readonly match?: "exact" | "suffix" | "prefix" | RegExp;
}
export interface UniqueConstraintOptions extends ConstraintOptions {
  /** Where the error goes; the first field unless said otherwise. */
  readonly errorKey?: string;
}

export function uniqueConstraint<C extends ChangesetState>(cs: C, given: string | readonly string[], options: UniqueConstraintOptions): C {
  const fields = typeof given === "string" ? [given] : given;
  const first = Array.isArray(fields) ? fields[0] : undefined;
  if (first === undefined) throw new ArgumentError("uniqueConstraint takes a field or a list of fields");
  const columns = columnsOf(cs, fields, "uniqueConstraint", options);
  return add(cs, "uniqueConstraint", options, {
    type: "unique",
    name: () => [sourceOf(cs), ...columns, "index"].join("_"),
    columns,
    field: options.errorKey ?? first,
    message: "has already been taken",
    errorType: "unique",
  });
}

export function foreignKeyConstraint<C extends ChangesetState>(cs: C, field: string, options: ConstraintOptions): C {
  const columns = columnsOf(cs, [field], "foreignKeyConstraint", options);
  const name = () => `${sourceOf(cs)}_${columns.join("_")}_fkey`;
  return add(cs, "foreignKeyConstraint", options, {
    type: "foreignKey",
    name,
    columns,
    field,
    message: "does not exist",
    errorType: "foreign",
  });
}

export function assocConstraint<C extends ChangesetState>(cs: C, name: string, options: ConstraintOptions): C {
  const association = associationOf(cs, name, "assocConstraint");
  if (association.kind !== "belongsTo") {
    throw new ArgumentError(
      `assocConstraint("${name}") of ${nameOf(cs)}: it is for belongsTo, whose key lies in this table, and "${name}" is a ${association.kind}; use noAssocConstraint`,
    );
  }
  const columns = association.ownerKeys.map((key) => columnOf(cs, key));
  const constraint = () => `${sourceOf(cs)}_${columns.join("_")}_fkey`;
  return add(cs, "assocConstraint", options, {
    type: "foreignKey",
    name: constraint,
    columns,
    field: name,
    message: "does not exist",
    errorType: "assoc",
  });
}

export function noAssocConstraint<C extends ChangesetState>(cs: C, name: string, options: ConstraintOptions): C {
  const association = associationOf(cs, name, "noAssocConstraint");
  if (association.kind !== "hasOne" && association.kind !== "hasMany") {
    throw new ArgumentError(
      `noAssocConstraint("${name}") of ${nameOf(cs)}: it is for hasOne and hasMany, whose key lies in the other table, and "${name}" is a ${association.kind}`,
    );
  }
  const { related, relatedSource, cardinality } = association;
  const columns = association.relatedKeys.map((key) => related.columns[key] ?? key);
  const message = `${cardinality === "one" ? "is" : "are"} still associated with this entry`;
  const constraint = () => `${relatedSource}_${columns.join("_")}_fkey`;
  return add(cs, "noAssocConstraint", options, {
    type: "foreignKey",
    name: constraint,
    columns,
    field: name,
    message,
    errorType: "noAssoc",
  });
}

export function checkConstraint<C extends ChangesetState>(cs: C, field: string, options: ConstraintOptions): C {
  checkName("checkConstraint", field);
  const name = (): never => {
    throw new ArgumentError(`checkConstraint("${field}") of ${nameOf(cs)} needs the constraint's name: { name: "price_must_be_positive" }`);
  };
  return add(cs, "checkConstraint", options, { type: "check", name, columns: [], field, message: "is invalid", errorType: "check" });
}

export function exclusionConstraint<C extends ChangesetState>(cs: C, field: string, options: ConstraintOptions): C {
  const columns = columnsOf(cs, [field], "exclusionConstraint", options);
  const name = () => `${sourceOf(cs)}_${columns.join("_")}_exclusion`;
  return add(cs, "exclusionConstraint", options, {
    type: "exclusion",
    name,
    columns,
    field,
    message: "violates an exclusion constraint",
    errorType: "exclusion",
  });
}

interface Declared {
  readonly type: ConstraintType;
  /** The usual name. */
  readonly name: () => string;
  readonly columns: readonly string[];
  readonly field: string;
  readonly message: string;
  readonly errorType: Constraint["errorType"];
}

const OPTIONS = optionNames<ConstraintOptions>({ name: true, message: true, match: true });
const UNIQUE_OPTIONS = optionNames<UniqueConstraintOptions>({ name: true, message: true, match: true, errorKey: true });
const MATCHES = ["exact", "suffix", "prefix"];

function add<C extends ChangesetState>(cs: C, call: string, options: UniqueConstraintOptions, declared: Declared): C {
  checkOptions(call, options, declared.type === "unique" ? UNIQUE_OPTIONS : OPTIONS);
  const { message = declared.message } = options;
  if (typeof message !== "string") throw new ArgumentError(`${call}: the option message is text, not ${kindOf(message)}`);
  sourceOf(cs);
  const constraint: Constraint = {
    type: declared.type,
    ...nameAndMatch(call, options, declared),
    field: declared.field,
    errorMessage: message,
    errorType: declared.errorType,
    columns: declared.columns,
  };
  return update(cs, { constraints: [constraint, ...cs.constraints] });
}

function nameAndMatch(call: string, options: ConstraintOptions, declared: Declared): Pick<Constraint, "constraint" | "match"> {
  const { match = "exact" } = options;
  if (match instanceof RegExp) {
    if (options.name !== undefined) throw new ArgumentError(`${call}: give either a name or, as match, a regular expression for it`);
    return { constraint: match, match: "exact" };
  }
  if (!MATCHES.includes(match))
    throw new ArgumentError(
      `${call}: match is "exact", "suffix", "prefix" or a regular expression, not ${typeof match === "string" ? JSON.stringify(match) : kindOf(match)}`,
    );
  const constraint = options.name ?? declared.name();
  if (constraint instanceof RegExp) {
    if (match !== "exact") throw new ArgumentError(`${call}: a regular expression as name is compared as it is; leave match out`);
    return { constraint, match };
  }
  if (typeof constraint !== "string")
    throw new ArgumentError(`${call}: the option name is text or a regular expression, not ${kindOf(constraint)}`);
  return { constraint, match };
}

/** The table's name; throws where there is none, since then there are no constraints either. */
function sourceOf(cs: ChangesetState): string {
  const source = cs.info === null || cs.info.source === null ? null : meta(cs.data).source;
  if (source !== null) return source;
  throw new ArgumentError(`a constraint needs a table, and ${nameOf(cs)} has none`);
}

function columnsOf(cs: ChangesetState, fields: readonly string[], call: string, options: ConstraintOptions): readonly string[] {
  for (const field of fields) checkName(call, field);
  checkOptions(call, options, call === "uniqueConstraint" ? UNIQUE_OPTIONS : OPTIONS);
  // With a name of its own, the field is only where the error goes.
  if (options.name === undefined && !(options.match instanceof RegExp)) {
    for (const field of fields) {
      if (cs.info !== null && !cs.info.field(field)) {
        throw new ArgumentError(
          `${call}("${field}"): ${nameOf(cs)} has no field "${field}". ${didYouMean(field, Object.keys(cs.types))} For an error elsewhere, give the constraint's name`,
        );
      }
    }
  }
  return fields.map((field) => columnOf(cs, field));
}

function columnOf(cs: ChangesetState, field: string): string {
  return cs.info?.columns[field] ?? field;
}

function associationOf(cs: ChangesetState, name: string, call: string): AssociationInfo {
  checkName(call, name);
  const association = cs.info?.association(name);
  if (association) return association;
  throw new ArgumentError(`${call}: ${nameOf(cs)} has no association "${name}". ${didYouMean(name, [...(cs.info?.associations ?? [])])}`);
}
