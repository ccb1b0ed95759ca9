// What stands in the lists of a changeset: errors, validations, constraints.

/** One error of a changeset. What stands beside `field` and `message` tells which rule failed: `validation`, `constraint`, `kind`, `count` … */
export interface ChangesetError<F extends string = string> {
  readonly field: F | (string & {});
  /** The text, with placeholders such as `%{count}` for what stands beside it. */
  readonly message: string;
  readonly [meta: string]: unknown;
}

/** The message of a validation: another text, or a text and more to stand beside it in the error. */
export type MessageOption = string | { readonly message: string; readonly [meta: string]: unknown };
export interface MessageOptions {
  readonly message?: MessageOption;
}

/** A validation that was asked for, as reflection shows it. */
export interface Validation {
  readonly field: string;
  readonly validation: unknown;
  readonly [meta: string]: unknown;
}

export type ConstraintType = "unique" | "foreignKey" | "check" | "exclusion";

/** A constraint of the database whose violation becomes an error of a field. */
export interface Constraint {
  readonly type: ConstraintType;
  readonly constraint: string | RegExp;
  readonly match: "exact" | "suffix" | "prefix";
  /** Where the error goes. */
  readonly field: string;
  readonly errorMessage: string;
  /** Stands as `constraint` in the error. */
  readonly errorType: "unique" | "foreign" | "assoc" | "noAssoc" | "check" | "exclusion";
  /** The columns that it is about, for databases that tell these and no name; empty where only the name is known. */
  readonly columns: readonly string[];
}
