export * from "./errors.ts";
export * from "./lru.ts";
export * from "./names.ts";
export * from "./options.ts";
export * from "./parts.ts";
export * from "./print.ts";
export * from "./result.ts";
export * from "./row-key.ts";
