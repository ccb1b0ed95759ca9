export * from "./adapter.ts";
export * from "./migrator.ts";
