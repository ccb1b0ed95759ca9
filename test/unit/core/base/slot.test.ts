import { expect, test } from "vitest";
import { slot } from "../../../../src/core/base/index.ts";

class Point {
  x = 1;
}

test("a slot holds a value of an object that nobody else sees", () => {
  const colors = slot<string>();
  const point = new Point();
  expect(colors.get(point)).toBeUndefined();
  colors.set(point, "red");
  expect(colors.get(point)).toBe("red");
  expect(Reflect.ownKeys(point)).toEqual(["x"]);
  expect(point).toEqual(new Point());
  expect(colors.get({ ...point })).toBeUndefined();
  expect([colors.get(null), colors.get("red")]).toEqual([undefined, undefined]);
  expect(colors.get(new Proxy(point, {}))).toBeUndefined();
  colors.set(point, "blue");
  expect(colors.get(point)).toBe("blue");
  colors.set(point, undefined);
  expect(colors.get(point)).toBeUndefined();
});

test("slots are apart from each other", () => {
  const [one, other] = [slot<number>(), slot<number>()];
  const point = new Point();
  one.set(point, 1);
  expect(other.get(point)).toBeUndefined();
  other.set(point, 2);
  expect([one.get(point), other.get(point)]).toEqual([1, 2]);
});

test("an object may be frozen after its value was set", () => {
  const colors = slot<string>();
  const point = new Point();
  colors.set(point, "red");
  Object.freeze(point);
  colors.set(point, "blue");
  expect(colors.get(point)).toBe("blue");
});
