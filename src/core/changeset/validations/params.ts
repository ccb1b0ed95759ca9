// Validations of what was sent beside a value: its confirmation, a box that is ticked.
import { checkOptions, optionNames } from "../../base/index.ts";
import { types } from "../../type/index.ts";
import { checkName, MESSAGE } from "../arguments.ts";
import type { ChangesetError, MessageOption, MessageOptions, Validation } from "../records.ts";
import { type ChangesetState, update } from "../state.ts";
import { deepEqual } from "../../type/index.ts";
import { errorFrom } from "./message.ts";

export interface ConfirmationOptions {
  readonly message?: MessageOption;
  /** A missing confirmation is an error. */
  readonly required?: boolean;
}

const CONFIRMATION = optionNames<ConfirmationOptions>({ message: true, required: true });

/** Compares a param with its confirmation: `password` with `passwordConfirmation`. */
export function validateConfirmation<C extends ChangesetState>(cs: C, field: string, options: ConfirmationOptions): C {
  checkName("validateConfirmation", field);
  checkOptions(`validateConfirmation("${field}")`, options, CONFIRMATION);
  const { params } = cs;
  if (params === null) return cs;
  const confirmation = `${field}Confirmation`;
  return noted(cs, { field, validation: "confirmation", ...options }, confirmationError());

  function confirmationError(): ChangesetError | null {
    if (params === null) return null;
    if (!Object.hasOwn(params, confirmation)) {
      return options.required === true ? errorFrom(confirmation, options.message, "can't be blank", { validation: "required" }) : null;
    }
    if (deepEqual(params[field] ?? null, params[confirmation] ?? null)) return null;
    return errorFrom(confirmation, options.message, "does not match confirmation", { validation: "confirmation" });
  }
}

/** Wants the param to be true: terms that must be accepted. */
export function validateAcceptance<C extends ChangesetState>(cs: C, field: string, options: MessageOptions): C {
  checkName("validateAcceptance", field);
  checkOptions(`validateAcceptance("${field}")`, options, MESSAGE);
  const accepted = cs.params === null || isTrue(Object.hasOwn(cs.params, field) ? cs.params[field] : null);
  return noted(
    cs,
    { field, validation: "acceptance", ...options },
    accepted ? null : errorFrom(field, options.message, "must be accepted", { validation: "acceptance" }),
  );
}

function isTrue(value: unknown): boolean {
  const result = value === null || value === undefined ? null : types.boolean().cast(value);
  return result?.ok === true && result.value === true;
}

function noted<C extends ChangesetState>(cs: C, validation: Validation, error: ChangesetError | null): C {
  const validations = [validation, ...cs.validations];
  return error === null ? update(cs, { validations }) : update(cs, { validations, errors: [error, ...cs.errors], valid: false });
}
