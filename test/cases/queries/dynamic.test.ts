import { assoc, type Dynamic, dynamic, from, QueryError, type Repo } from "ectype";
import { beforeAll, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { films, Movie, setUp } from "../../support/movies.ts";

describe.each(databases)("dynamic on $label", (database) => {
  let repo: Repo;
  let one: { id: number };
  let two: { id: number };
  beforeAll(async () => {
    repo = await openRepo(database);
    await setUp(repo);
    ({ one, two } = await films(repo));
  });

  test("dynamic", async () => {
    const run = (d: Dynamic) =>
      repo.all(
        from(Movie)
          .where(d)
          .orderBy("id")
          .select((m) => m.id),
      );
    expect(await run(dynamic((m) => m.title.eq("Bright")))).toEqual([two.id]);
    expect(await run(dynamic.and([dynamic((m) => m.id.gt(0)), null, undefined, dynamic((m) => m.tagline.isNull())]))).toEqual([two.id]);
    expect(await run(dynamic.or([null, dynamic((m) => m.title.eq("Bright"))]))).toEqual([two.id]);
    expect(await run(dynamic.and([]))).toEqual([one.id, two.id]);
    expect(await run(dynamic.or([]))).toEqual([]);
    expect(await run(dynamic.and([dynamic.or([]), dynamic((m) => m.id.gt(0))]))).toEqual([]);
    expect(
      await repo.all(
        from(Movie)
          .join("c", (m) => assoc(m, "characters"))
          .where(dynamic((_, { c }) => c!.name.eq("Art3mis")))
          .select((m) => m.id),
      ),
    ).toEqual([one.id]);
    // @ts-expect-error booleans are no conditions
    expect(() => dynamic.and([true])).toThrow(QueryError);
  });
});
