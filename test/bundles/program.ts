// Bundled and minified by the tests: everything that could hang on the name of a class or on a file beside it.
import {
  belongsTo,
  buildAssoc,
  cast,
  createRepo,
  field,
  from,
  hasMany,
  hasOne,
  manyToMany,
  NoResultsError,
  schema,
  type Built,
  type Params,
} from "ectype";
import { migrate, migration, references } from "ectype/migration";
import { postgres } from "ectype/postgres";
import { sqlite } from "ectype/sqlite";

class Movie extends schema("movies", {
  title: field.string({ null: false }),
  characters: () => hasMany(Character),
  distributor: () => hasOne(Distributor),
  actors: () => manyToMany(Actor, { joinThrough: "movies_actors" }),
}) {
  static changeset<M extends Movie | Built<Movie>>(movie: M, params: Params) {
    return cast(movie, params, ["title"]).validateRequired(["title"]).uniqueConstraint("title");
  }
}
class Character extends schema("characters", { name: field.string(), movie: () => belongsTo(Movie) }) {}
class Distributor extends schema("distributors", { name: field.string(), film: () => belongsTo(Movie, { foreignKey: "movieId" }) }) {}
class Actor extends schema("actors", { name: field.string(), movies: () => manyToMany(Movie, { joinThrough: "movies_actors" }) }) {}

const tables = migration({
  change(m) {
    m.createTable("movies", (t) => t.add("title", "string", { null: false }));
    m.createUniqueIndex("movies", ["title"]);
    for (const [table, column] of [
      ["characters", "name"],
      ["distributors", "name"],
    ] as const) {
      m.createTable(table, (t) => {
        t.add(column, "string");
        t.add("movie_id", references("movies"));
      });
    }
    m.createTable("actors", (t) => t.add("name", "string"));
    m.createTable("movies_actors", (t) => {
      t.add("movie_id", references("movies"));
      t.add("actor_id", references("actors"));
    });
  },
});

async function main(): Promise<void> {
  const url = process.env["DATABASE_URL"] ?? "";
  const repo = createRepo({ adapter: url.startsWith("postgres") ? postgres({ url }) : sqlite({ database: url }) });
  await migrate(repo, { migrations: [{ version: 1, name: "tables", migration: tables }], quiet: true });
  const inserted = await repo.insert(Movie.changeset(Movie.build(), { title: "Ready Player One" }));
  if (!inserted.ok) throw new Error("not inserted");
  const movie = inserted.value;
  await repo.insertOrThrow(buildAssoc(movie, "characters", { name: "Wade Watts" }));
  await repo.insertOrThrow(buildAssoc(movie, "distributor", { name: "Netflix" }));
  const actor = await repo.insertOrThrow(Actor.build({ name: "Tyler Sheridan" }));
  const loaded = await repo.preload(movie, ["characters", "distributor", "actors"]);
  await repo.updateOrThrow(cast(loaded, {}, []).putAssoc("actors", [actor]));
  const [found] = await repo.all(from(Movie).join("characters").preload({ characters: "characters", distributor: true, actors: true }));
  const again = await repo.insert(Movie.changeset(Movie.build(), { title: "Ready Player One" }));
  const missing = await repo.getOrThrow(Movie, -1).catch((error: unknown) => error);
  console.log(JSON.stringify([found, again.ok ? null : again.error.traverseErrors(), missing instanceof NoResultsError && missing.name]));
  await repo.close();
}
main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
