import { type Generated, Kysely, PostgresDialect, SqliteDialect } from "kysely";
import { jsonArrayFrom as pgArray, jsonObjectFrom as pgObject } from "kysely/helpers/postgres";
import { jsonArrayFrom as sqliteArray, jsonObjectFrom as sqliteObject } from "kysely/helpers/sqlite";
import { ParseJSONResultsPlugin } from "kysely";
import pg from "pg";
import type { Contender, Graph, Opened, Place } from "../contender.ts";
import { openBetterSqlite, POOL_SIZE } from "../harness/admin.ts";

interface Tables {
  movies: { id: Generated<number>; title: string; tagline: string | null };
  characters: { id: Generated<number>; name: string; movie_id: number };
  distributors: { id: Generated<number>; name: string; movie_id: number };
  actors: { id: Generated<number>; name: string };
  movies_actors: { movie_id: number; actor_id: number };
}

/** As its documentation has it: nested reads by its helpers for JSON, key by `returning`. */
async function open({ target, at }: Place): Promise<Opened> {
  const postgres = target === "pg";
  const plain = new Kysely<Tables>({
    dialect: postgres
      ? new PostgresDialect({ pool: new pg.Pool({ connectionString: at, max: POOL_SIZE }) })
      : new SqliteDialect({ database: openBetterSqlite(at) as any }),
  });
  // SQLite gives JSON as text.
  const json = postgres ? plain : plain.withPlugin(new ParseJSONResultsPlugin());
  const array = (postgres ? pgArray : sqliteArray) as typeof pgArray;
  const object = (postgres ? pgObject : sqliteObject) as typeof pgObject;
  const nested = () =>
    json
      .selectFrom("movies")
      .select((m) => [
        "movies.id",
        "movies.title",
        "movies.tagline",
        array(
          m
            .selectFrom("characters")
            .select(["characters.id", "characters.name", "characters.movie_id as movieId"])
            .whereRef("characters.movie_id", "=", "movies.id"),
        ).as("characters"),
        object(
          m
            .selectFrom("distributors")
            .select(["distributors.id", "distributors.name", "distributors.movie_id as movieId"])
            .whereRef("distributors.movie_id", "=", "movies.id"),
        ).as("distributor"),
        array(
          m
            .selectFrom("movies_actors")
            .innerJoin("actors", "actors.id", "movies_actors.actor_id")
            .select(["actors.id", "actors.name"])
            .whereRef("movies_actors.movie_id", "=", "movies.id"),
        ).as("actors"),
      ]);
  return {
    operations: {
      get: (id) => plain.selectFrom("movies").selectAll().where("id", "=", id).executeTakeFirst(),
      list: ({ after, limit }) => plain.selectFrom("movies").selectAll().where("id", ">", after).orderBy("id").limit(limit).execute(),
      nested: (id) => nested().where("movies.id", "=", id).executeTakeFirst(),
      nestedList: ({ after, limit }) => nested().where("movies.id", ">", after).orderBy("movies.id").limit(limit).execute(),
      insert: (movie) => plain.insertInto("movies").values(movie).returning("id").executeTakeFirstOrThrow(),
      graph: ({ title, tagline, characters, distributor, actors }: Graph) =>
        plain.transaction().execute(async (tx) => {
          const { id } = await tx.insertInto("movies").values({ title, tagline }).returning("id").executeTakeFirstOrThrow();
          await tx
            .insertInto("characters")
            .values(characters.map((name) => ({ name, movie_id: id })))
            .execute();
          await tx.insertInto("distributors").values({ name: distributor, movie_id: id }).execute();
          const people = await tx
            .insertInto("actors")
            .values(actors.map((name) => ({ name })))
            .returning("id")
            .execute();
          await tx
            .insertInto("movies_actors")
            .values(people.map((person) => ({ movie_id: id, actor_id: person.id })))
            .execute();
          return id;
        }),
      insertAll: (movies) => plain.insertInto("movies").values(movies).execute(),
      update: ({ id, title }: { id: number; title: string }) => plain.updateTable("movies").set({ title }).where("id", "=", id).execute(),
    },
    close: () => plain.destroy(),
  };
}

export const contender: Contender = {
  forms: [
    {
      name: "kysely",
      targets: ["better-sqlite3", "pg"],
      open,
      absent: { "node-sqlite": "Kysely has no dialect of its own for node:sqlite" },
    },
  ],
  packages: ["kysely"],
};
