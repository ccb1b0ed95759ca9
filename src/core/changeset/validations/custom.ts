// The frame of all validations, and the validation by a function of the caller.
import { ArgumentError, didYouMean } from "../../base/index.ts";
import { checkName } from "../arguments.ts";
import type { ChangesetError, Validation } from "../records.ts";
import { relationOf } from "../relations/relation.ts";
import { type ChangesetState, nameOf, update } from "../state.ts";

/** What a validation of one's own may answer with for each error. */
export type Complaint = string | { readonly message: string; readonly field?: string; readonly [meta: string]: unknown };

/** Throws where the data has neither a field nor a relation of that name. */
export function checkField(cs: ChangesetState, field: string, call: string): void {
  checkName(call, field);
  if (Object.hasOwn(cs.types, field) || relationOf(cs.info, field) !== null) return;
  const known = [...Object.keys(cs.types), ...(cs.info?.associations ?? [])];
  throw new ArgumentError(`${call}: ${nameOf(cs)} has no field "${field}". ${didYouMean(field, known)}`);
}

/** Runs a check on the changed value of a field, and notes that it was asked for. */
export function validate<C extends ChangesetState>(
  cs: C,
  field: string,
  validation: Omit<Validation, "field">,
  check: (value: unknown) => ChangesetError | null,
): C {
  checkField(cs, field, `validation "${String(validation.validation)}"`);
  const noted = update(cs, { validations: [{ ...validation, field } as Validation, ...cs.validations] });
  const value = cs.changes[field];
  const error = value === null || value === undefined ? null : check(value);
  return error === null ? noted : update(noted, { errors: [error, ...noted.errors], valid: false });
}

/** Runs a function of the caller's own on the changed value of a field. */
export function validateChange<C extends ChangesetState>(
  cs: C,
  field: string,
  validation: unknown,
  check: (field: string, value: never) => readonly Complaint[] | null | undefined,
): C {
  checkField(cs, field, "validateChange");
  if (typeof check !== "function")
    throw new ArgumentError(`validateChange("${field}") takes a function of the field and its value that returns a list of errors`);
  const noted = validation === undefined ? cs : update(cs, { validations: [noteOf(field, validation), ...cs.validations] });
  const value = cs.changes[field];
  if (value === null || value === undefined) return noted;
  const answer = check(field, value as never) ?? [];
  if (!Array.isArray(answer))
    throw new ArgumentError(`the function of validateChange("${field}") must return a list: [] where all is well, ["is odd"] for an error`);
  const errors = answer.map((complaint: Complaint) => fromComplaint(field, complaint));
  return errors.length === 0 ? noted : update(noted, { errors: [...errors, ...noted.errors], valid: false });
}

function noteOf(field: string, validation: unknown): Validation {
  const isObject = typeof validation === "object" && validation !== null && !Array.isArray(validation);
  return (isObject ? { validation: null, ...validation, field } : { field, validation }) as Validation;
}

function fromComplaint(field: string, complaint: Complaint): ChangesetError {
  if (typeof complaint === "string") return { field, message: complaint };
  if (typeof complaint === "object" && complaint !== null && typeof complaint.message === "string")
    return { ...complaint, field: complaint.field ?? field };
  throw new ArgumentError(`the function of validateChange("${field}") must return texts, or objects with a message`);
}
