import { ArgumentError } from "../../base/index.ts";
import type { ChangesetError, MessageOption } from "../records.ts";

/** An error with the message that was asked for, or the usual one. */
export function errorFrom(
  field: string,
  option: MessageOption | undefined,
  usual: string,
  meta: Readonly<Record<string, unknown>>,
): ChangesetError {
  if (option === undefined || option === null) return { field, message: usual, ...meta };
  if (typeof option === "string") return { field, message: option, ...meta };
  if (typeof option === "object" && typeof option.message === "string") return { field, ...meta, ...option, message: option.message };
  throw new ArgumentError(`the message of an error of "${field}" must be text, or { message, …more }`);
}
