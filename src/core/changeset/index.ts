export { invalidChangeset } from "./apply.ts";
export { toChangeset } from "./relations/put.ts";
export type { CastOptions } from "./cast.ts";
export { cast, change, Changeset, type Changes, emptyValues, type NestedCastOptions, toStandardSchema } from "./changeset.ts";
export type { ConstraintOptions, UniqueConstraintOptions } from "./constraints.ts";
export { declaredText, matchConstraint } from "./constraint-failures.ts";
export { errorMessage, type ErrorTranslator, setErrorTranslator } from "./errors.ts";
export type { FormLike, Params } from "./params.ts";
export type * from "./records.ts";
export type { StandardIssue, StandardResult, StandardSchema, SyncStandardSchema } from "./standard-schema.ts";
export { ChangesetState, dataOf, isChangeset, type PrepareFunction, type SchemaChangeset, withErrors } from "./state.ts";
export type * from "./types.ts";
export type { Complaint } from "./validations/custom.ts";
export type { LengthOptions } from "./validations/length.ts";
export type { NumberLike, NumberOptions } from "./validations/number.ts";
export type { ConfirmationOptions } from "./validations/params.ts";
export { IS_TAKEN, type UniqueChecker, type UniqueQuestion, type UnsafeUniqueOptions } from "./validations/unique.ts";
export {
  addConstraintError,
  type AssociationChange,
  type EmbedChange,
  forRepo,
  type RelationChange,
  relationChangesets,
  setChanges,
  surfaceInsert,
  withAction,
  withData,
  withRepo,
  withValidity,
} from "./writing.ts";
