import { describe, expect, test } from "vitest";
import { ArgumentError } from "../../../../src/core/base/index.ts";
import {
  change,
  type ChangesetState,
  setChanges,
  surfaceInsert,
  withAction,
  withData,
  forRepo,
  withRepo,
} from "../../../../src/core/changeset/index.ts";
import { Actor, Address, Character, Movie, Person } from "./schemas.ts";
import { loaded } from "./support.ts";

describe("surfacing on insert", () => {
  test("makes changes of all that is not null, virtual fields left out", () => {
    const cs = surfaceInsert(change(Movie.build({ title: "a", tagline: "b", note: "n" }), { title: "c" }));
    expect(cs.changes).toEqual({ title: "c", tagline: "b", price: 9.5, labels: ["new"], status: "draft", lockVersion: 1 });
  });

  test("makes changesets of relations, by the state of their structs", () => {
    const cs = surfaceInsert(
      change(
        Movie.build({
          title: "a",
          actors: [Actor.build({ name: "x" }), loaded(Actor.build({ id: 2 }))],
          characters: [],
          distributor: null,
        }),
      ),
    );
    expect((cs.changes.actors as ChangesetState[]).map((one) => one.action)).toEqual(["insert", "update"]);
    expect(Object.keys(cs.changes)).not.toContain("characters");
    expect(Object.keys(cs.changes)).not.toContain("distributor");
  });

  test("makes changesets of embeds", () => {
    const cs = surfaceInsert(change(Person.build({ home: Address.build({ street: "x" }) as never })));
    expect(cs.changes.home).toMatchObject({ action: "insert", changes: {} });
    expect(Object.keys(cs.changes)).toEqual(["home"]);
  });

  test("throws on something else than structs, and on a circle", () => {
    const movie = Movie.build({ title: "a" });
    const character = Character.build({ name: "x", movie });
    (movie as { characters: unknown }).characters = [character];
    const cs = surfaceInsert(change(movie));
    expect(() => surfaceInsert((cs.changes.characters as ChangesetState[])[0] as ChangesetState)).toThrow(/circle/);
    const odd = Movie.build();
    (odd as { actors: unknown }).actors = "actors";
    expect(() => surfaceInsert(change(odd))).toThrow(ArgumentError);
  });
});

test("the repo's functions replace one part each", () => {
  const cs = change(Character.build({ name: "x" }));
  const repo = {};
  expect(withAction(cs, "insert").action).toBe("insert");
  expect(withRepo(cs, repo)).toMatchObject({ repo, repoOpts: {} });
  expect(forRepo(cs, "insert", repo, { timeout: 1 })).toMatchObject({ action: "insert", repo, repoOpts: { timeout: 1 } });
  expect(setChanges(cs, { name: "y" }).changes).toEqual({ name: "y" });
  expect(withData(cs, Character.build({ name: "z" })).data.name).toBe("z");
});
