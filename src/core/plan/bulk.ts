import { QueryError } from "../base/index.ts";
import type { QueryState } from "../query/index.ts";
import type { Kind } from "./planning.ts";

const LISTS = ["groupBy", "windows", "combinations", "orderBy", "preloads"] as const;
const SINGLE = ["distinct", "having", "limit", "offset", "lock", "limitPer"] as const;

/** updateAll and deleteAll take what SQL's UPDATE and DELETE can say. @throws QueryError for anything else */
export function checkBulk(query: QueryState, kind: Kind): void {
  const clauses: string[] = [...LISTS.filter((clause) => query[clause].length > 0), ...SINGLE.filter((clause) => query[clause] !== null)];
  if (clauses.length > 0)
    throw new QueryError(`${kind} cannot have ${clauses.join(", ")}. Put them into a subquery: where((m) => m.id.in(subquery))`);
  if (query.source.kind !== "schema" && query.source.kind !== "table") throw new QueryError(`${kind} needs a table as its source`);
  if (kind === "updateAll" && query.update.length === 0)
    throw new QueryError('updateAll needs at least one field to write: { set: { title: "x" } }');
  if (kind === "deleteAll" && query.update.length > 0) throw new QueryError("deleteAll takes no update clause");
}
