import { ConstraintError, field, from, hasMany, schema } from "ectype";
import { references } from "ectype/migration";
import { expect, test } from "vitest";
import { addColumn, createIndex } from "../../src/core/ddl/index.ts";
import { typeOf } from "../../src/core/type/index.ts";

// Every word of the API is in camelCase. Ecto's own spelling is taken where the word is Ecto's, and means the same.

class Child extends schema("children", { name: field.string(), parentId: field.integer() }) {}

test.each([
  ["deleteAll", "delete_all"],
  ["nilifyAll", "nilify_all"],
  ["defaultAll", "default_all"],
] as const)("onDelete of a reference: %s", (word, old) => {
  expect(references("movies", { onDelete: word }).onDelete).toBe(word);
  expect(references("movies", { onDelete: old }).onDelete).toBe(word);
});

test.each([
  ["updateAll", "update_all"],
  ["nilifyAll", "nilify_all"],
] as const)("onUpdate of a reference: %s", (word, old) => {
  expect(references("movies", { onUpdate: word }).onUpdate).toBe(word);
  expect(references("movies", { onUpdate: old }).onUpdate).toBe(word);
});

const DIRECTIONS = [
  ["ascNullsFirst", "asc_nulls_first"],
  ["ascNullsLast", "asc_nulls_last"],
  ["descNullsFirst", "desc_nulls_first"],
  ["descNullsLast", "desc_nulls_last"],
] as const;

test.each(DIRECTIONS)("a direction of an index, of an order and of a preload: %s", (word, old) => {
  expect(createIndex("t", [{ [old]: "a" }]).index.columns).toEqual(createIndex("t", [{ [word]: "a" }]).index.columns);
  expect(createIndex("t", [{ [word]: "a" }]).index.columns[0]?.direction).toBe(word);
  expect(from(Child).orderBy({ name: old }).toString()).toBe(from(Child).orderBy({ name: word }).toString());
  const order = (direction: never) =>
    class Parent extends schema("parents", {
      children: () => hasMany(Child, { foreignKey: "parentId", preloadOrder: { name: direction } }),
    }) {}.schema.associationOrThrow("children").preloadOrder;
  expect(order(old as never)).toEqual([["name", word]]);
  expect(order(word as never)).toEqual([["name", word]]);
});

test.each([
  ["utcDatetime", "utc_datetime"],
  ["utcDatetimeUsec", "utc_datetime_usec"],
  ["naiveDatetime", "naive_datetime"],
  ["naiveDatetimeUsec", "naive_datetime_usec"],
  ["timeUsec", "time_usec"],
  ["binaryId", "binary_id"],
] as const)("a type of a field and of a column: %s", (word, old) => {
  expect(typeOf(old)).toBe(typeOf(word));
  expect(addColumn("at", old).type).toBe(word);
  expect(addColumn("at", word).type).toBe(word);
  if (word !== "binaryId") expect(typeOf(old).name).toBe(word);
});

test.each([
  ["foreignKey", "foreign_key"],
  ["notNull", "not_null"],
] as const)("a kind of constraint: %s", (word, old) => {
  expect(new ConstraintError(old, null, "refused").kind).toBe(word);
  expect(new ConstraintError(word, null, "refused").kind).toBe(word);
});

test("the names of columns", () => {
  const column = (columns: never) => schema("t", { firstName: field.string() }, { columns }).schema.columns.firstName;
  expect(["snakeCase", "snake_case", undefined].map((one) => column(one as never))).toEqual(["first_name", "first_name", "first_name"]);
  expect(["asIs", "as-is"].map((one) => column(one as never))).toEqual(["firstName", "firstName"]);
  expect(() => column("camelCase" as never)).toThrow(/"snakeCase", "asIs" or a function of the field's name, not "camelCase"/);
});

test("a word that is none names those that there are", () => {
  expect(() => references("t", { onDelete: "delete__all" as never })).toThrow(/cannot be "delete__all".*deleteAll/);
  expect(() => references("t", { onUpdate: "remove" as never })).toThrow(/nothing.*updateAll|updateAll/);
  expect(() => createIndex("t", [{ ascNulls: "a" } as never])).toThrow(/cannot be "ascNulls"/);
  expect(() => from(Child).orderBy({ name: "down" as never })).toThrow(/"down" is no direction/);
  expect(() => new ConstraintError("primary" as never, null, "refused")).toThrow(/no kind of constraint. Known: unique, foreignKey, check/);
});
