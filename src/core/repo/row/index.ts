export { generate } from "./autogenerate.ts";
export { conflictPlan, tableSource } from "./conflict.ts";
export { embedStructs, embedsPrepare, prepared } from "./embeds.ts";
export { insertGroup } from "./group.ts";
export { begun, copyOf, pendingInsert, plainInsert, putFields, runPending, surfaced, type Pending, withoutLocked } from "./pending.ts";
export {
  besidePrefix,
  checkSingle,
  deleteRow,
  encodeField,
  markWritten,
  readBack,
  refusedWrite,
  returningFields,
  runRow,
  tableOf,
  type InsertRow,
  type WriteShape,
  updateRow,
  writeShape,
} from "./row.ts";
export { bulkConstraintError, foundFailure, refusedChangeset, sendable, staleChangeset } from "./write-errors.ts";
export {
  allOrNothing,
  atomically,
  nestedOptions,
  type BulkOptions,
  type BulkResult,
  type Names,
  type OnConflict,
  type RowWrites,
  type WriteOptions,
  type WriteResult,
  type Writer,
  wantsSavepoint,
} from "./writer.ts";
