import { cast } from "ectype";
import { expect, test } from "vitest";
import { Movie } from "../../../support/movies.ts";

test("castAssoc's function gets the struct, the params and the position", () => {
  const positions: unknown[] = [];
  cast(Movie.build(), { actors: [{ name: "a" }, { name: "b" }] }, []).castAssoc("actors", {
    with: (struct, params, position) => {
      positions.push(position);
      return cast(struct, params, ["name"]);
    },
  });
  expect(positions).toEqual([0, 1]);
});
