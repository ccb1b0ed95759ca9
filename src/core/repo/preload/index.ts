export { areReads, isSeparate, preloadInto, preloadStructs } from "./preload.ts";
export { preloadRoots } from "./roots.ts";
export type { Row } from "./run.ts";
