export * from "./adapter.ts";
export * from "./codecs.ts";
export * from "./instant.ts";
export * from "./migrator.ts";
