import { ArgumentError } from "../../base/index.ts";
import { type ChangesetState, isChangeset } from "../state.ts";
import { withNewAction } from "./entries.ts";
import type { Relation } from "./relation.ts";

const CHOICES: Readonly<Record<string, string>> = {
  hasMany: '"delete", "deleteIfExists", "nilify" or "markAsInvalid"',
  hasOne: '"update", "delete", "deleteIfExists", "nilify" or "markAsInvalid"',
  belongsTo: '"update", "delete", "deleteIfExists", "nilify" or "markAsInvalid"',
  manyToMany: '"delete" (of the join row) or "markAsInvalid"',
  one: '"update", "delete" or "markAsInvalid"',
  many: '"delete" or "markAsInvalid"',
};

/** What the policy of the relation makes of an entry that is left out or replaced. */
export function onReplace(relation: Relation, toChangeset: () => ChangesetState): ChangesetState | "invalid" {
  if (relation.onReplace === "markAsInvalid") return "invalid";
  if (relation.onReplace === "raise") throw replaceError(relation);
  return withNewAction(toChangeset(), "replace");
}

function replaceError(relation: Relation): ArgumentError {
  const kind = relation.association?.kind ?? relation.cardinality;
  return new ArgumentError(
    `the change would remove or replace an entry of "${relation.name}" of ${relation.owner}, whose option onReplace is "raise". ` +
      `Say what is to become of such entries: onReplace: ${CHOICES[kind]} on the ${relation.tag === "embed" ? "embed" : "association"}. ` +
      `To keep them all, give every current entry, each with its primary key`,
  );
}

/** Whether the policy "update" puts what is given upon the current entry; throws where it is a struct or a changeset. */
export function updatesInPlace(relation: Relation, isStruct: boolean, given: unknown): boolean {
  if (relation.onReplace !== "update") return false;
  if (!isStruct && !isChangeset(given)) return true;
  throw new ArgumentError(
    `"${relation.name}" of ${relation.owner} has onReplace: "update", which updates the current entry: give it an object of fields, or null. ` +
      `To put another ${relation.related.name} in its place, change the foreign key`,
  );
}
