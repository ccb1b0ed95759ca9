export { aggregate } from "./aggregate.ts";
export { fetchBy, fetchRows } from "./fetch.ts";
export { prepare, type PreparedQuery, type Slots } from "./prepared.ts";
export type { ReadOptions } from "./read.ts";
export * as read from "./read.ts";
export { stream } from "./stream.ts";
