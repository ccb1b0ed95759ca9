export { applyOnDelete } from "./on-delete.ts";
export { releaseParents, sameValue, type Owner, writeRelations } from "./relations.ts";
