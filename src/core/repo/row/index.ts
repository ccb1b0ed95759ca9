export { generate } from "./autogenerate.ts";
export { beginWrite, runPrepareChanges, type RowAction, surfaced, withoutLocked } from "./changeset.ts";
export { resolveConflict, tableSource } from "./conflict.ts";
export { embedStructs, isNested } from "./embeds.ts";
export { insertRows } from "./group.ts";
export { buildInsert, copyOf, type PendingInsert, putFields } from "./insert.ts";
export { returningFields, type WriteReturning } from "./returning.ts";
export { type RowWrite, sendRow } from "./send.ts";
export { siblings } from "./siblings.ts";
export { type WriteInfo, writeInfoOf } from "./write-info.ts";
export { deleteStatement, encodeField, type RowStatement, updateStatement } from "./statement.ts";
export { besidePrefix, markWritten, tableOf } from "./table.ts";
export { bulkConstraintError, foundFailure, refusedChangeset, sendable, staleChangeset } from "./write-errors.ts";
export {
  allOrNothing,
  atomically,
  nestedOptions,
  type BulkResult,
  type RowWrites,
  type WriteResult,
  type Writer,
  wantsSavepoint,
} from "./writer.ts";
