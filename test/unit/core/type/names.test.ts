import { field, types } from "ectype";
import { expect, test } from "vitest";
import { KNOWN_TYPES } from "../../../../src/core/ddl/index.ts";
import { TYPE_NAMES, typeOf } from "../../../../src/core/type/index.ts";

// Each name of a type has a function that makes it, a field and a column. Names with digits of a second are options of a function.
const functions = TYPE_NAMES.filter((name) => !name.endsWith("Usec"));

test.each(TYPE_NAMES)("%s is the name of its type", (name) => {
  expect(typeOf(name).name).toBe(name === "binaryId" ? "uuid" : name);
});

test.each(functions.filter((name) => name !== "binaryId"))("types.%s and field.%s are there", (name) => {
  expect([typeof types[name as "id"], typeof field[name as "id"]]).toEqual(["function", "function"]);
});

test("columns have the types by their names", () => {
  expect(TYPE_NAMES.filter((name) => !KNOWN_TYPES.includes(name as "id"))).toEqual(["any"]);
});
