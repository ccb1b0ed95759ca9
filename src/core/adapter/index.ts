export * from "./adapter.ts";
export * from "./codecs.ts";
export * from "./commands.ts";
export * from "./instant.ts";
export * from "./json.ts";
export * from "./limits.ts";
export * from "./migrator.ts";
