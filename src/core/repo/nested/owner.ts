// Who owns the entries that are written, and what becomes of each.
import type { ChangesetState } from "../../changeset/index.ts";
import type { Result } from "../../base/index.ts";
import type { WriteOptions } from "../engine/index.ts";
import type { RowWrites, Writer } from "../row/index.ts";

export type Struct = Record<string, unknown>;
export type Fields = Readonly<Record<string, unknown>>;

/** The owner of relations; `struct` is the copy that becomes its result, and takes what is written. */
export interface Owner {
  readonly writer: Writer;
  readonly writes: RowWrites;
  readonly options: WriteOptions;
  readonly changeset: ChangesetState;
  readonly struct: Struct;
  readonly prefix: string | null;
}

/** An entry of an association, and whose it is. */
export interface Entry {
  readonly owner: Owner;
  readonly changeset: ChangesetState;
}

/** What became of one entry: its struct, null where it is gone, or the changeset that was refused. */
export type EntryResult = Result<Struct | null, ChangesetState>;
