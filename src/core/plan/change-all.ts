// Which clauses updateAll and deleteAll take.
import { QueryError } from "../base/index.ts";
import { clausesIn, type QueryOperation, type QueryState } from "../query/index.ts";

const TAKEN: ReadonlySet<string> = new Set<keyof QueryState>(["as", "prefix", "hints", "ctes", "joins", "where", "select", "update"]);

/** updateAll and deleteAll take what SQL's UPDATE and DELETE can say. @throws QueryError for anything else */
export function checkChangeAll(query: QueryState, operation: QueryOperation): void {
  const clauses = clausesIn(query).filter((clause) => !TAKEN.has(clause));
  if (clauses.length > 0)
    throw new QueryError(`${operation} cannot have ${clauses.join(", ")}. Put them into a subquery: where((m) => m.id.in(subquery))`);
  if (query.source.kind !== "schema" && query.source.kind !== "table") throw new QueryError(`${operation} needs a table as its source`);
  if (operation === "updateAll" && query.update.length === 0)
    throw new QueryError('updateAll needs at least one field to write: { set: { title: "x" } }');
  if (operation === "deleteAll" && query.update.length > 0) throw new QueryError("deleteAll takes no update clause");
}
