import type { QueryState } from "./node.ts";
export function inspectQuery(_: QueryState): string {
  return "#Query<>";
}
