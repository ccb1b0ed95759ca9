export { preloadInto, preloadStructs, type PreloadOptions, type Row } from "./preload.ts";
export { preloadRoots } from "./roots.ts";
