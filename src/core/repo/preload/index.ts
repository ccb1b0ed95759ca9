export { preloadInto, preloadStructs } from "./preload.ts";
export { preloadRoots } from "./roots.ts";
export type { PreloadOptions, Row } from "./run.ts";
