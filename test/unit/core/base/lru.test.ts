import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Lru } from "../../../../src/core/base/index.ts";

describe("Lru", () => {
  test("drops what was not used for the longest time, by number and by weight", () => {
    const dropped: string[] = [];
    const lru = new Lru<number>({ max: 3, maxWeight: 10, onDrop: (value, key) => dropped.push(`${key}${value}`) });
    const a = lru.set("a", 1, 1);
    lru.set("b", 2, 1);
    lru.set("c", 3, 1);
    expect(lru.use(a)).toBe(true);
    lru.set("d", 4, 1);
    expect(dropped).toEqual(["b2"]);
    expect([lru.get("b"), lru.get("c"), lru.get("a")]).toEqual([undefined, 3, 1]);
    lru.set("e", 5, 9);
    expect(dropped).toEqual(["b2", "d4", "c3"]);
    lru.set("huge", 6, 100);
    expect([lru.size, lru.weight, lru.get("huge"), lru.use(a)]).toEqual([1, 100, 6, false]);
    lru.delete("huge");
    expect([lru.size, lru.weight]).toEqual([0, 0]);
  });

  test("does as a list does that is sorted by use", () => {
    const step = fc.record({ key: fc.constantFrom(..."abcdefg"), write: fc.boolean(), remove: fc.integer({ min: 0, max: 9 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const lru = new Lru<number>({ max: 4, maxWeight: 1e9 });
        let list: [string, number][] = [];
        for (const [at, { key, write, remove }] of steps.entries()) {
          const known = list.find(([one]) => one === key);
          if (remove === 0) {
            lru.delete(key);
            list = list.filter((one) => one !== known);
          } else if (write) {
            lru.set(key, at, 1);
            list = [...list.filter((one) => one !== known), [key, at] as [string, number]].slice(-4);
          } else {
            expect(lru.get(key)).toBe(known?.[1]);
            if (known) list = [...list.filter((one) => one !== known), known];
          }
          expect(lru.size).toBe(list.length);
        }
        lru.clear();
        expect([lru.size, lru.weight]).toEqual([0, 0]);
      }),
    );
  });
});
