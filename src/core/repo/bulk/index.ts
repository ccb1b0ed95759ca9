export { deleteAll, insertAll, updateAll } from "./insert-all.ts";
export { changeAll } from "./change-all.ts";
export { type Placeholder, placeholder } from "./placeholder.ts";
