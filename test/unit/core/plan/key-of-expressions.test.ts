import { from } from "ectype";
import { describe, expect, test } from "vitest";
import { Character, Movie } from "../../../../src/testing/cases/queries/schemas.ts";
import { ATOMS, type E, type M, ONE, Seen, steps } from "./one-key-one-plan.ts";

describe("two queries of one key have one plan", () => {
  test("expressions of two steps", () => {
    const seen = new Seen();
    for (const a of [...ATOMS, ...ONE]) {
      for (const b of [ATOMS[0], ONE[at(a)]] as ((m: M) => E)[]) {
        for (const made of steps(a, b)) {
          seen.add(from(Character).select((m) => made(m)));
          seen.add(from(Character).where((m) => made(m)));
        }
      }
    }
    expect(seen.compiled).toBeGreaterThan(10_000);
  });

  test("neighbours of one step", () => {
    const seen = new Seen();
    const some = [...ATOMS, ...ONE.filter((_, i) => i % 3 === 0 || i < 40)];
    for (const a of some) {
      seen.add(from(Character).select((m) => [a(m)] as const));
      seen.add(from(Character).select((m) => [[a(m)]] as const));
      seen.add(from(Character).join("j", Movie, (m) => a(m)));
      for (const b of some) {
        seen.add(from(Character).select((m) => [a(m), b(m)] as const));
        seen.add(
          from(Character)
            .join("j", Movie, (m) => a(m))
            .select((m) => b(m)),
        );
        seen.add(
          from(Character)
            .groupBy((m) => a(m))
            .having((m) => b(m)),
        );
        seen.add(from(Character).orderBy((m) => [a(m), b(m).desc()]));
      }
    }
    expect(seen.compiled).toBeGreaterThan(10_000);
  });

  function at(one: (m: M) => E): number {
    const found = ONE.indexOf(one);
    return found < 0 ? 0 : (found * 7) % ONE.length;
  }
});
