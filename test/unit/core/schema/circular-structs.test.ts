import { ArgumentError, belongsTo, buildAssoc, field, hasMany, inspect, schema } from "ectype";
import { expect, test } from "vitest";

class Person extends schema("people", {
  name: field.string(),
  parent: () => belongsTo(Person),
  children: () => hasMany(Person, { foreignKey: "parentId" }),
}) {}

test("structs that hold each other print, with the circle named", () => {
  const parent = Person.build({ name: "Ann" });
  const child = Person.build({ name: "Bob" });
  Object.assign(parent, { children: [child] });
  Object.assign(child, { parent });
  expect(inspect(parent)).toContain("parent: [Circular]");
  expect(inspect({ list: [child] })).toContain("children: [[Circular]]");
});

test("an association's name that is no text is told as it is", () => {
  for (const name of [null, undefined, 5, Symbol("x"), Object.create(null)]) {
    expect(() => buildAssoc(Person.build({}), name as never)).toThrow(ArgumentError);
  }
});
