import { ArgumentError, checkOptions } from "../../base/index.ts";
import { MESSAGE } from "../arguments.ts";
import { isEmptyValue } from "../cast.ts";
import { getField } from "../read.ts";
import type { MessageOptions } from "../records.ts";
import { relationOf } from "../relations/relation.ts";
import { type ChangesetState, nameOf, update } from "../state.ts";
import { checkField } from "./custom.ts";
import { errorFrom } from "./message.ts";

export function validateRequired<C extends ChangesetState>(cs: C, given: string | readonly string[], options: MessageOptions): C {
  const fields = typeof given === "string" ? [given] : given;
  checkOptions("validateRequired", options, MESSAGE);
  if (!Array.isArray(fields)) throw new ArgumentError('validateRequired takes a field or a list of fields such as ["title"]');
  const required = [...fields, ...cs.required];
  const missing = fields.filter((field) => fieldMissing(cs, field) && !cs.errors.some((error) => error.field === field));
  if (missing.length === 0) return update(cs, { required });
  const changes: Record<string, unknown> = { ...cs.changes };
  for (const field of missing) delete changes[field];
  const errors = missing.map((field) => errorFrom(field, options.message, "can't be blank", { validation: "required" }));
  return update(cs, { changes, required, errors: [...errors, ...cs.errors], valid: false });
}

/** Whether a field has no value: null, or one that counts as none. */
export function fieldMissing(cs: ChangesetState, field: string): boolean {
  checkField(cs, field, "validateRequired");
  const relation = relationOf(cs.info, field);
  if (relation?.cardinality === "many") {
    console.warn(
      `ectype: the presence of "${field}" of ${nameOf(cs)} cannot be told by validateRequired or fieldMissing, which take a list for a value; use the option required of ${relation.tag === "assoc" ? "castAssoc" : "castEmbed"}`,
    );
  }
  const value = getField(cs, field);
  return value === null || value === undefined || isEmptyValue(value, cs.emptyValues);
}
