import { describe, expect, it } from "vitest";
import { run, type Steps, wait } from "../../../../src/core/adapter/index.ts";

function* sum(...values: (number | Promise<number>)[]): Steps<number> {
  let all = 0;
  for (const value of values) all += yield* wait(value);
  return all;
}

describe("work in steps", () => {
  it("answers at once where everything is there already", () => {
    expect(run(sum(1, 2, 3))).toBe(6);
  });

  it("is a promise as soon as one step has to be waited for", async () => {
    const answer = run(sum(1, Promise.resolve(2), 3, Promise.resolve(4)));
    expect(answer).toBeInstanceOf(Promise);
    expect(await answer).toBe(10);
  });

  it("throws at once before the first wait, and rejects after it", async () => {
    function* failing(before: unknown): Steps<never> {
      yield* wait(before);
      throw new Error("broken");
    }
    expect(() => run(failing(1))).toThrow("broken");
    await expect(run(failing(Promise.resolve()))).rejects.toThrow("broken");
  });

  it("lets the work catch what a step was rejected with, and run what is to run finally", async () => {
    const log: string[] = [];
    function* careful(value: Promise<number>): Steps<number> {
      try {
        return yield* wait(value);
      } catch (error) {
        log.push(String(error));
        return yield* wait(Promise.resolve(7));
      } finally {
        log.push("finally");
      }
    }
    expect(await run(careful(Promise.reject(new Error("refused"))))).toBe(7);
    expect(log).toEqual(["Error: refused", "finally"]);
  });

  it("survives a hundred thousand steps", async () => {
    expect(run(sum(...Array.from({ length: 100_000 }, () => 1)))).toBe(100_000);
    expect(await run(sum(...Array.from({ length: 10_000 }, () => Promise.resolve(1))))).toBe(10_000);
  });
});
