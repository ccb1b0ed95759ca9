export { areReads, isSeparate, preloadInto, preloadStructs } from "./preload.ts";
export { preloadRoots } from "./roots.ts";
export type { Given, Row } from "./run.ts";
