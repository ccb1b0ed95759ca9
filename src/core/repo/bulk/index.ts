export { deleteAll, insertAll, updateAll } from "./insert-all.ts";
export { changeAll, type ChangeAllOptions } from "./change-all.ts";
export { type Placeholder, placeholder } from "./placeholder.ts";
