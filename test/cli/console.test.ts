import { beforeAll, describe, expect, test } from "vitest";
import type { Workplace } from "./support.ts";
import { CHARACTERS, MOVIES, SCHEMAS, buildPackage, newProject } from "./support.ts";

let place: Workplace;
beforeAll(async () => {
  place = await newProject(buildPackage());
  place.write({
    ...SCHEMAS,
    "db/migrations/20260101000001_create_movies.ts": MOVIES,
    "db/migrations/20260101000002_create_characters.ts": CHARACTERS,
  });
  await place.ok(["migrate", "--quiet"]);
});

describe("the console", () => {
  test("tells the lesson's story: rows are awaited and printed, names are bound without const", async () => {
    const script = `
movie = Movie.build({ title: "Ready Player One", tagline: "Something about video games" })
movie = repo.insertOrThrow(movie)
character = buildAssoc(movie, "characters", { name: "Wade Watts" })
repo.insertOrThrow(character)
movie = repo.preload(movie, ["characters"])
from(Movie)
  .where((m) => m.id.lt(2))
  .select((m) => m.title)
repo.all(from(Movie).select((m) => m.title))
change(movie)
`;
    expect(await place.ok(["console"], script)).toBe(`Movie {
  #meta: <built, "movies">,
  id: null,
  title: "Ready Player One",
  tagline: "Something about video games",
  characters: #NotLoaded<association "characters" is not loaded>
}
Movie {
  #meta: <loaded, "movies">,
  id: 1,
  title: "Ready Player One",
  tagline: "Something about video games",
  characters: #NotLoaded<association "characters" is not loaded>
}
Character {
  #meta: <built, "characters">,
  id: null,
  name: "Wade Watts",
  movieId: 1,
  movie: #NotLoaded<association "movie" is not loaded>
}
Character {
  #meta: <loaded, "characters">,
  id: 1,
  name: "Wade Watts",
  movieId: 1,
  movie: #NotLoaded<association "movie" is not loaded>
}
Movie {
  #meta: <loaded, "movies">,
  id: 1,
  title: "Ready Player One",
  tagline: "Something about video games",
  characters: [
    Character {
      #meta: <loaded, "characters">,
      id: 1,
      name: "Wade Watts",
      movieId: 1,
      movie: #NotLoaded<association "movie" is not loaded>
    }
  ]
}
#Query<from m0 in Movie, where: m0.id < ^2, select: m0.title>
["Ready Player One"]
#Changeset<action: null, changes: {}, errors: [], data: #Movie<>, valid: true>
`);
  });

  test("goes on after an error, shows it without inner frames, and fails in the end", async () => {
    const { code, stdout, stderr } = await place.run(["console"], "Movie.build({ titel: 1 })\nnope\n1 +* 2\n'still here'\n");
    expect(code).toBe(1);
    expect(stdout).toBe('"still here"\n');
    expect(stderr).toContain("** (ArgumentError)");
    expect(stderr).toContain("** (ReferenceError) nope is not defined");
    expect(stderr).toContain("** (SyntaxError)");
    expect(stderr).not.toContain("    at ");
    expect(stderr).toContain("3 errors");
  });

  test("survives an error that nobody caught, and counts it", async () => {
    const script = "lost = { rows: repo.all('nothing') }\nnew Promise((done) => setTimeout(done, 100, 'still here'))\n";
    const { code, stdout, stderr } = await place.run(["console"], script);
    expect([code, stdout]).toEqual([1, '{ rows: Promise {} }\n"still here"\n']);
    expect(stderr).toContain("** (QueryError)");
    expect(stderr).toContain("1 error");
  });

  test("runs code that is given, and input of several lines", async () => {
    expect(await place.ok(["console", "--eval", "1 + 1"])).toBe("2\n");
    expect(await place.fails(["console", "--eval", "foo("])).toContain("Unexpected end of input");
    expect(await place.ok(["console"], "function twice(x) {\n  return x * 2;\n}\n\n[twice(2),\n  3]")).toBe("[4, 3]\n");
    expect(await place.fails(["console"], "[1,\n")).toContain("Unexpected end of input");
  });

  test("imports the project's modules, which are the ones in scope", async () => {
    const script = 'import { Movie as M } from "./src/schemas/movie.ts"\nM === Movie\n(await import("./src/repo.ts")).repo === repo\n';
    expect(await place.ok(["console"], script)).toBe("true\ntrue\n");
  });
});
