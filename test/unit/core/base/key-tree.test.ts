import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type KeyPart, KeyPath, type KeyPlace, KeyTree } from "../../../../src/core/base/index.ts";

function path<V>(tree: KeyTree<V>, parts: readonly KeyPart[]): KeyPath<V> {
  const way = new KeyPath(tree);
  for (const part of parts) way.part(part);
  return way;
}

describe("a tree of keys", () => {
  test("numbers and texts are different parts, and their bounds tell", () => {
    const tree = new KeyTree<string>();
    const keys: KeyPart[][] = [["a", 1], ["a", "1"], ["a1"], ["a", "1", ""], [], ["ab", "c"], ["a", "bc"]];
    for (const key of keys) path(tree, key).set(JSON.stringify(key));
    for (const key of keys) expect(path(tree, key).value).toBe(JSON.stringify(key));
    expect(path(tree, ["a"]).value).toBeUndefined();
    expect(path(tree, ["a", 2]).unknown).toEqual([2]);
  });

  test("does as a map does, whatever is put in and taken out", () => {
    const key = fc.array(fc.constantFrom<KeyPart>("a", "b", 1, "1"), { maxLength: 5 });
    const step = fc.record({ key, remove: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const tree = new KeyTree<number>();
        const map = new Map<string, { at: number; place: KeyPlace<number>; parts: readonly KeyPart[] }>();
        for (const [at, { key: parts, remove }] of steps.entries()) {
          const text = JSON.stringify(parts);
          const known = map.get(text);
          expect(path(tree, parts).value).toBe(known?.at);
          if (remove && known) {
            tree.delete(known.place);
            map.delete(text);
          } else if (!remove) map.set(text, { at, place: path(tree, parts).set(at), parts });
          for (const one of map.values()) expect(path(tree, one.parts).value).toBe(one.at);
        }
        for (const { place } of map.values()) tree.delete(place);
        expect(tree.root.below.size).toBe(0);
      }),
    );
  });

  test("a way is not current any more when the tree has changed", () => {
    const tree = new KeyTree<number>();
    const way = path(tree, ["a", "b"]);
    expect(way.isCurrent).toBe(true);
    const place = path(tree, ["a", "c"]).set(1);
    expect(way.isCurrent).toBe(false);
    const other = path(tree, ["a", "b"]);
    tree.delete(place);
    expect(other.isCurrent).toBe(false);
  });
});
