import { createRepo } from "ectype";
import { sqlite } from "ectype/sqlite";
import { expect, test, vi } from "vitest";

test("a log function that throws does not make the statement look failed", async () => {
  const told = vi.spyOn(console, "error").mockImplementation(() => {});
  const repo = createRepo({
    adapter: sqlite({ database: ":memory:" }),
    log: () => {
      throw new Error("the disk is full");
    },
  });
  expect((await repo.query("select 1")).rows).toEqual([[1]]);
  expect(told).toHaveBeenCalledOnce();
  await repo.close();
});
