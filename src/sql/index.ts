export * from "./ddl.ts";
export * from "./ledger.ts";
export * from "./quote.ts";
