export { applyOnDelete } from "./on-delete.ts";
export { sameValue } from "./entries.ts";
export type { Owner } from "./owner.ts";
export { releaseParents, writeRelations } from "./relations.ts";
