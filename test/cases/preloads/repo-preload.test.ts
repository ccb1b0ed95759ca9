import { from, isLoaded, type LogEvent, type Repo } from "ectype";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { caught } from "../../support/caught.ts";
import { openRepo } from "../../support/repo.ts";
import { Actor, Character, clear, films, Movie, setUp } from "../../support/movies.ts";

describe.each(databases)("repo.preload on $label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRepo(database);
    await setUp(repo);
  });
  beforeEach(() => clear(repo));

  test("keeps the shape that it is given, and loads by name, list, tree and query", async () => {
    const { one, two } = await films(repo);
    const fresh = await repo.getOrThrow(Movie, one.id);
    const movie = await repo.preload(fresh, ["distributor", "characters", "actors"]);
    expect([movie.distributor?.name, movie.characters.length, movie.actors.map((actor) => actor.name)]).toEqual(["Warner", 2, ["Tyler"]]);
    expect(isLoaded(fresh, "actors")).toBe(false);
    expect((await repo.preload([fresh], "characters"))[0]?.characters).toHaveLength(2);
    expect(await repo.preload(null, "characters" as never)).toBeNull();
    expect(await repo.preload([], "characters" as never)).toEqual([]);
    const deep = await repo.preload(fresh, { actors: { movies: true } });
    expect(deep.actors[0]?.movies[0]?.title).toBe("Ready Player One");
    const ordered = await repo.preload(fresh, { characters: from(Character).orderBy("name") });
    expect(ordered.characters.map((one) => one.name)).toEqual(["Art3mis", "Wade Watts"]);
    const both = await repo.preload(fresh, { actors: [from(Actor).where({ name: "Tyler" }), { movies: true }] });
    expect(both.actors[0]?.movies).toHaveLength(1);
    const forced = await repo.preload(movie, "characters", { force: true, inParallel: false });
    expect(forced.characters).toHaveLength(2);
    expect(await repo.preload(await repo.getOrThrow(Movie, two.id), ["characters", "distributor"])).toMatchObject({
      characters: [],
      distributor: null,
    });
    // @ts-expect-error no such association
    const unknown = await caught(repo.preload(fresh, "actor"));
    expect(unknown.message).toMatch(/actor.*Movie|Movie.*actor/s);
    expect(unknown.message).toMatch(/"actors"/);
    await caught(repo.preload([fresh, await repo.insertOrThrow(Actor.build({ name: "x" }))] as never, "actors" as never));
  });

  test("sends one query per association, never one per row", async () => {
    await films(repo);
    const events: string[] = [];
    const log = (event: LogEvent) => events.push(event.sql);
    await repo.all(from(Movie).preload(["characters", { actors: "movies" }]), { log, preloadStrategy: "queries" });
    expect(events).toHaveLength(4);
  });
});
