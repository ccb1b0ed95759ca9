import {
  belongsTo,
  type Changeset,
  ChangeError,
  change,
  ConstraintError,
  createRepo,
  field,
  hasMany,
  hasOne,
  manyToMany,
  type Repo,
  schema,
} from "ectype";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";

class Studio extends schema("studios", { name: field.string(), films: () => hasMany(Film) }) {}
class Film extends schema("films", {
  title: field.string(),
  studio: () => belongsTo(Studio),
  scenes: () => hasMany(Scene),
  poster: () => hasOne(Poster),
  tags: () => manyToMany(Tag, { joinThrough: "films_tags" }),
}) {}
class Scene extends schema("scenes", { name: field.string(), film: () => belongsTo(Film), takes: () => hasMany(Take) }) {}
class Take extends schema("takes", { number: field.integer(), scene: () => belongsTo(Scene) }) {}
class Poster extends schema("posters", { name: field.string(), film: () => belongsTo(Film) }) {}
class Tag extends schema("tags", { word: field.string() }) {}

const TABLES = ["films_tags", "takes", "scenes", "posters", "tags", "films", "studios"];

describe.each(databases)("The statements of nested writes on $label", (database) => {
  let repo: Repo;
  let watched: Repo;
  let sent: string[] = [];
  const words = (sql: string) =>
    sql.replaceAll('"', "").replace(/^(\w+)(?: INTO)? (\w+)?.*$/s, (_, verb: string, table?: string) => `${verb} ${table ?? ""}`.trim());
  const count = async (table: string) => Number((await repo.query<[number | string]>(`select count(*) from ${table}`)).rows[0]?.[0]);
  const nothing = async () => {
    for (const table of TABLES) expect([table, await count(table)]).toEqual([table, 0]);
  };

  beforeAll(async () => {
    repo = await openRepo(database);
    const [id, key] = database.name === "sqlite" ? ["integer primary key", "integer"] : ["bigserial primary key", "bigint"];
    await repo.query(`create table studios (id ${id}, name text)`);
    await repo.query(`create table films (id ${id}, title text, studio_id ${key} references studios)`);
    await repo.query(`create table scenes (id ${id}, name text, film_id ${key} references films)`);
    await repo.query(`create table takes (id ${id}, number integer, scene_id ${key} references scenes)`);
    await repo.query(`create table posters (id ${id}, name text, film_id ${key} references films)`);
    await repo.query(`create table tags (id ${id}, word text)`);
    await repo.query(`create table films_tags (film_id ${key} not null references films, tag_id ${key} not null references tags)`);
    for (const table of ["scenes", "posters"]) await repo.query(`create unique index ${table}_name_index on ${table} (name)`);
    watched = createRepo({ adapter: repo.adapter, log: ({ sql }) => void sent.push(words(sql)) });
  });
  beforeEach(async () => {
    for (const table of TABLES) await repo.query(`delete from ${table}`);
    sent = [];
  });
  afterAll(() => watched.close());

  const film = () =>
    Film.build({
      title: "Heat",
      scenes: [Scene.build({ name: "a" }), Scene.build({ name: "b" })],
      poster: Poster.build({ name: "p" }),
      tags: [Tag.build({ word: "x" }), Tag.build({ word: "y" })],
    });

  test("one for each table, in the order of the schema", async () => {
    const heat: any = await watched.insertOrThrow(film());
    const inTurn = ["INSERT films", "INSERT scenes", "INSERT posters", "INSERT tags", "INSERT films_tags"];
    expect(sent).toEqual(
      ["BEGIN", ...inTurn, "COMMIT"].map((one) => (one === "BEGIN" && database.name === "sqlite" ? "BEGIN IMMEDIATE" : one)),
    );
    expect(heat.scenes.map(({ name, filmId }: Scene) => [name, filmId])).toEqual([
      ["a", heat.id],
      ["b", heat.id],
    ]);
    const { rows } = await repo.query("select film_id, tag_id from films_tags order by tag_id");
    expect(rows.map((row) => row.map(Number))).toEqual(heat.tags.map((tag: Tag) => [heat.id, tag.id]));
  });

  test("one for each table also where several parents have children", async () => {
    const films = Array.from({ length: 4 }, (_, f) =>
      Film.build({
        title: `f${f}`,
        scenes: Array.from({ length: f }, (__, s) =>
          Scene.build({ name: `f${f}s${s}`, takes: Array.from({ length: 3 }, (___, t) => Take.build({ number: 100 * f + 10 * s + t })) }),
        ),
        tags: [Tag.build({ word: `w${f}` })],
      }),
    );
    const studio: any = await watched.insertOrThrow(Studio.build({ name: "s", films }));
    expect(sent.slice(1, -1)).toEqual([
      "INSERT studios",
      "INSERT films",
      "INSERT scenes",
      "INSERT takes",
      "INSERT tags",
      "INSERT films_tags",
    ]);
    for (const [f, one] of studio.films.entries()) {
      expect([one.title, one.studioId, one.scenes.length, one.tags[0]?.word]).toEqual([`f${f}`, studio.id, f, `w${f}`]);
      for (const [s, scene] of one.scenes.entries()) {
        expect([scene.name, scene.filmId]).toEqual([`f${f}s${s}`, one.id]);
        expect(scene.takes.map(({ number, sceneId }: Take) => [number, sceneId])).toEqual(
          [0, 1, 2].map((t) => [100 * f + 10 * s + t, scene.id]),
        );
      }
    }
    const { rows } = await repo.query(
      "select f.title, count(t.id) from films f left join scenes s on s.film_id = f.id left join takes t on t.scene_id = s.id group by f.title order by 1",
    );
    expect(rows.map(([title, takes]) => [title, Number(takes)])).toEqual([0, 1, 2, 3].map((f) => [`f${f}`, 3 * f]));
  });

  test("an error in the second sibling leaves nothing, and is its own", async () => {
    await repo.insertOrThrow(Poster.build({ name: "taken" }));
    const bad = Film.build({
      title: "Heat",
      scenes: [Scene.build({ name: "a" })],
      poster: Poster.build({ name: "taken" }),
      tags: [Tag.build({ word: "x" })],
    });
    await expect(watched.insert(bad)).rejects.toThrow(ConstraintError);
    await expect(watched.insert(bad)).rejects.toThrow(/posters/);
    expect(sent.at(-1)).toBe("ROLLBACK");
    await repo.query("delete from posters");
    await nothing();
  });

  test("a declared error in the second sibling comes back on it, and what comes after is not sent", async () => {
    await repo.insertOrThrow(Poster.build({ name: "taken" }));
    const declared = change(Film.build({ title: "Heat" }))
      .putAssoc("scenes", [Scene.build({ name: "a" }), Scene.build({ name: "b" })])
      .putAssoc("poster", change(Poster.build({ name: "taken" })).uniqueConstraint("name"))
      .putAssoc("tags", [{ word: "x" }]);
    const result = await watched.insert(declared);
    expect(result.ok).toBe(false);
    const error = (result as { error: Changeset<Film> }).error;
    expect(error.traverseErrors()).toEqual({ poster: { name: ["has already been taken"] } });
    expect(sent).not.toContain("INSERT tags");
    expect(sent.at(-1)).toBe("ROLLBACK");
    await repo.query("delete from posters");
    await nothing();
  });

  test("an error deep below the second parent comes back on its own changeset", async () => {
    await repo.insertOrThrow(Scene.build({ name: "taken" }));
    const scene = (name: string) => change(Scene.build({ name })).uniqueConstraint("name");
    const given = change(Studio.build({ name: "s" })).putAssoc("films", [
      change(Film.build({ title: "one" })).putAssoc("scenes", [scene("a"), scene("b")]),
      change(Film.build({ title: "two" })).putAssoc("scenes", [scene("c"), scene("taken"), scene("d")]),
      change(Film.build({ title: "three" })).putAssoc("scenes", [scene("e")]),
    ]);
    const result = await watched.insert(given);
    const error = (result as { error: Changeset<Studio> }).error;
    expect(error.traverseErrors()).toEqual({ films: [{}, { scenes: [{}, { name: ["has already been taken"] }, {}] }, {}] });
    expect(Object.hasOwn((error.changes as any).films[1].changes.scenes[1].changes, "filmId")).toBe(false);
    await repo.query("delete from scenes");
    await nothing();
  });

  test("of two siblings that fail, the first one's error is told", async () => {
    await repo.insertOrThrow(Poster.build({ name: "taken" }));
    await repo.insertOrThrow(Scene.build({ name: "taken" }));
    const both = Film.build({ scenes: [Scene.build({ name: "taken" })], poster: Poster.build({ name: "taken" }) });
    await expect(watched.insert(both)).rejects.toThrow(/scenes/);
    // What cannot be sent at all comes after what is to be told of those in front of it.
    const unsendable = change(Film.build())
      .putAssoc("scenes", [Scene.build({ name: "taken" })])
      .putAssoc("poster", change(Poster.build()).forceChange("name", 5 as never));
    await expect(watched.insert(unsendable)).rejects.toThrow(ConstraintError);
    const alone = change(Film.build())
      .putAssoc("scenes", [Scene.build({ name: "free" })])
      .putAssoc("poster", change(Poster.build()).forceChange("name", 5 as never));
    await expect(watched.insert(alone)).rejects.toThrow(ChangeError);
    await repo.query("delete from posters");
    await repo.query("delete from scenes");
    await nothing();
  });

  test("in a transaction that goes on after the error, only the graph is taken back", async () => {
    await repo.insertOrThrow(Poster.build({ name: "taken" }));
    await watched.transaction(async () => {
      await watched.insertOrThrow(Studio.build({ name: "before" }));
      await expect(
        watched.insert(
          Film.build({ scenes: [Scene.build({ name: "a" })], poster: Poster.build({ name: "taken" }), tags: [Tag.build({ word: "x" })] }),
        ),
      ).rejects.toThrow(ConstraintError);
      await watched.insertOrThrow(film());
    });
    expect([await count("studios"), await count("films"), await count("scenes"), await count("films_tags")]).toEqual([1, 1, 2, 2]);
  });

  test("functions of an entry run in their turn, between the entries around it", async () => {
    const seen: number[] = [];
    const scene = (name: string) => change(Scene.build({ name }));
    const careful = scene("b").prepareChanges(async (cs) => {
      seen.push(await watched.aggregate(Scene, "count"));
      return cs;
    });
    await watched.insertOrThrow(change(Film.build()).putAssoc("scenes", [scene("a"), careful, scene("c")]));
    expect(seen).toEqual([1]);
    expect(sent.filter((one) => one === "INSERT scenes")).toHaveLength(3);
  });

  test("ten thousand children are few texts, and have their keys in order", async () => {
    const scenes = Array.from({ length: 10_000 }, (_, i) => Scene.build({ name: `s${i}` }));
    const texts = new Set<string>();
    const told = createRepo({ adapter: repo.adapter, log: ({ sql }) => void texts.add(sql) });
    const made: any = await told.insertOrThrow(Film.build({ title: "long", scenes }));
    expect(texts.size).toBeLessThanOrEqual(5);
    const { rows } = await repo.query("select id, name from scenes order by id");
    expect(rows.map(([id, name]) => [Number(id), name])).toEqual(made.scenes.map(({ id, name }: Scene) => [id, name]));
    await told.close();
  }, 60_000);
});
