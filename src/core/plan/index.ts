export type * from "./planned.ts";
