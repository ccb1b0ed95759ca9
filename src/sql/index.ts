export * from "./adapter.ts";
export * from "./ddl.ts";
export * from "./ledger.ts";
export * from "./quote.ts";
export type { BulkInsert } from "./insert.ts";
export type { ExprOf } from "./expr.ts";
export type { SourceOf } from "./sources.ts";
export { splitJoins } from "./change.ts";
export * from "./write.ts";
