// The `where` of an association, checked.
import { kindOf } from "../base/index.ts";
import type { SchemaError } from "../base/index.ts";
import type { SchemaInfo } from "./info.ts";
import type { Type } from "../type/index.ts";

type Filter = Readonly<Record<string, unknown>>;

/**
 * The `where` of an association with its values cast to their fields' types: values, null, `{ not: … }`, `{ in: […] }`, and functions of
 * the column that make a condition.
 * @param schema the schema of the filtered rows; null for a table without one, whose columns have no types
 * @param fail makes the error, which names the association
 */
export function checkedFilter(filter: Filter, schema: SchemaInfo | null, option: string, fail: (message: string) => SchemaError): Filter {
  return Object.fromEntries(
    Object.entries(filter).map(([name, condition]) => {
      const field = schema?.field(name);
      if (schema && (!field || field.virtual))
        throw fail(`${option} names the field "${name}", which ${schema.name} does not have${field ? " as a column: it is virtual" : ""}`);
      const say = (what: string) => fail(`${option} of "${name}" ${what}`);
      return [name, checkedCondition(condition, field?.type ?? null, say)];
    }),
  );
}

type Say = (what: string) => SchemaError;

function checkedCondition(condition: unknown, type: Type | null, say: Say): unknown {
  if (condition === undefined) throw say("is undefined; it takes a value, null, { not: … }, { in: […] } or a function of the column");
  if (condition === null || typeof condition === "function") return condition;
  if (typeof condition !== "object" || Object.getPrototypeOf(condition) !== Object.prototype) return cast(condition, type, say);
  const [key, ...more] = Object.keys(condition);
  const { not, in: list } = condition as { readonly not?: unknown; readonly in?: unknown };
  if (key === "not" && more.length === 0 && not !== undefined) return not === null ? condition : { not: cast(not, type, say) };
  if (key === "in" && more.length === 0 && Array.isArray(list)) return { in: list.map((one) => cast(one, type, say)) };
  throw say(
    `takes a value, null, { not: … }, { in: […] } or a function of the column, such as (kind) => kind.like("h%"); not an object with ${Object.keys(condition).join(", ") || "nothing in it"}`,
  );
}

function cast(value: unknown, type: Type | null, say: Say): unknown {
  if (value === null || value === undefined) throw say(`holds ${value}, which is equal to nothing`);
  // A condition as a whole, which the query layer knows.
  if (type === null || (typeof value === "object" && "node" in value)) return value;
  const cast = type.cast(value);
  if (cast.ok) return cast.value;
  throw say(`is of the type ${type.name}, and ${type.redact ? "its value" : kindOf(value)} cannot be cast to it`);
}
