import { eq, gt, relations, sql } from "drizzle-orm";
import { drizzle as drizzleSqlite } from "drizzle-orm/better-sqlite3";
import { drizzle as drizzlePg } from "drizzle-orm/node-postgres";
import * as p from "drizzle-orm/pg-core";
import * as s from "drizzle-orm/sqlite-core";
import pg from "pg";
import type { Contender, Form, Graph, NestedMovie, Opened, Operations, Page, Place } from "../contender.ts";
import { openBetterSqlite, POOL_SIZE } from "../harness/admin.ts";

// The two dialects have tables of different types and the same methods: one program is written over them, its types are those of PostgreSQL.

const postgresTables = {
  movies: p.pgTable("movies", { id: p.serial().primaryKey(), title: p.text().notNull(), tagline: p.text() }),
  characters: p.pgTable("characters", { id: p.serial().primaryKey(), name: p.text().notNull(), movieId: p.integer("movie_id").notNull() }),
  distributors: p.pgTable("distributors", {
    id: p.serial().primaryKey(),
    name: p.text().notNull(),
    movieId: p.integer("movie_id").notNull(),
  }),
  actors: p.pgTable("actors", { id: p.serial().primaryKey(), name: p.text().notNull() }),
  moviesActors: p.pgTable("movies_actors", { movieId: p.integer("movie_id").notNull(), actorId: p.integer("actor_id").notNull() }),
};
type Tables = typeof postgresTables;
const key = () => s.integer().primaryKey();
const sqliteTables = {
  movies: s.sqliteTable("movies", { id: key(), title: s.text().notNull(), tagline: s.text() }),
  characters: s.sqliteTable("characters", { id: key(), name: s.text().notNull(), movieId: s.integer("movie_id").notNull() }),
  distributors: s.sqliteTable("distributors", { id: key(), name: s.text().notNull(), movieId: s.integer("movie_id").notNull() }),
  actors: s.sqliteTable("actors", { id: key(), name: s.text().notNull() }),
  moviesActors: s.sqliteTable("movies_actors", { movieId: s.integer("movie_id").notNull(), actorId: s.integer("actor_id").notNull() }),
} as unknown as Tables;

function schemaOf(tables: Tables) {
  const { movies, characters, distributors, actors, moviesActors } = tables;
  return {
    ...tables,
    movieRelations: relations(movies, ({ many, one }) => ({
      characters: many(characters),
      distributor: one(distributors, { fields: [movies.id], references: [distributors.movieId] }),
      links: many(moviesActors),
    })),
    characterRelations: relations(characters, ({ one }) => ({
      movie: one(movies, { fields: [characters.movieId], references: [movies.id] }),
    })),
    linkRelations: relations(moviesActors, ({ one }) => ({
      movie: one(movies, { fields: [moviesActors.movieId], references: [movies.id] }),
      actor: one(actors, { fields: [moviesActors.actorId], references: [actors.id] }),
    })),
  };
}

function connect({ target, at }: Place) {
  const tables = target === "pg" ? postgresTables : sqliteTables;
  const schema = schemaOf(tables);
  if (target === "pg") {
    const pool = new pg.Pool({ connectionString: at, max: POOL_SIZE });
    return { tables, sqlite: false, db: drizzlePg(pool, { schema }), close: () => pool.end() };
  }
  const client = openBetterSqlite(at);
  const db = drizzleSqlite(client, { schema }) as unknown as ReturnType<typeof drizzlePg<typeof schema>>;
  return { tables, sqlite: true, db, close: async () => void client.close() };
}
type Session = ReturnType<typeof connect>;

const WITH = { characters: true, distributor: true, links: { columns: {}, with: { actor: true } } } as const;

function adHoc({ db, tables, sqlite }: Session): Operations {
  const { movies, characters, distributors, actors, moviesActors } = tables;
  return {
    get: async (id) => (await db.select().from(movies).where(eq(movies.id, id)))[0],
    list: ({ after, limit }) => db.select().from(movies).where(gt(movies.id, after)).orderBy(movies.id).limit(limit),
    nested: (id) => db.query.movies.findFirst({ where: eq(movies.id, id), with: WITH }),
    nestedList: ({ after, limit }) => db.query.movies.findMany({ where: gt(movies.id, after), orderBy: movies.id, limit, with: WITH }),
    insert: async (movie) => (await db.insert(movies).values(movie).returning({ id: movies.id }))[0] as { id: number },
    graph: ({ title, tagline, characters: people, distributor, actors: names }: Graph) => {
      if (sqlite)
        // On better-sqlite3 a transaction is a function that does not wait.
        return (db as any).transaction((tx: any) => {
          const { id } = tx.insert(movies).values({ title, tagline }).returning({ id: movies.id }).get();
          const child = (name: string) => ({ name, movieId: id });
          tx.insert(characters).values(people.map(child)).run();
          tx.insert(distributors).values(child(distributor)).run();
          const rows = tx
            .insert(actors)
            .values(names.map((name) => ({ name })))
            .returning({ id: actors.id })
            .all() as { id: number }[];
          tx.insert(moviesActors)
            .values(rows.map((row) => ({ movieId: id, actorId: row.id })))
            .run();
          return id;
        });
      return db.transaction(async (tx) => {
        const [movie] = await tx.insert(movies).values({ title, tagline }).returning({ id: movies.id });
        const { id } = movie as { id: number };
        const child = (name: string) => ({ name, movieId: id });
        await tx.insert(characters).values(people.map(child));
        await tx.insert(distributors).values(child(distributor));
        const rows = await tx
          .insert(actors)
          .values(names.map((name) => ({ name })))
          .returning({ id: actors.id });
        await tx.insert(moviesActors).values(rows.map((row) => ({ movieId: id, actorId: row.id })));
        return id;
      });
    },
    insertAll: (all) =>
      db
        .insert(movies)
        .values([...all])
        .then((done) => done),
    update: ({ id, title }: { id: number; title: string }) =>
      db
        .update(movies)
        .set({ title })
        .where(eq(movies.id, id))
        .then((done) => done),
  };
}

function prepared({ db, tables: { movies } }: Session): Operations {
  const id = sql.placeholder("id");
  const after = sql.placeholder("after");
  const limit = sql.placeholder("limit");
  const get = db.select().from(movies).where(eq(movies.id, id)).prepare("get");
  const list = db.select().from(movies).where(gt(movies.id, after)).orderBy(movies.id).limit(limit).prepare("list");
  const nested = db.query.movies.findFirst({ where: eq(movies.id, id), with: WITH }).prepare("nested");
  const nestedList = db.query.movies.findMany({ where: gt(movies.id, after), orderBy: movies.id, limit, with: WITH }).prepare("nestedList");
  const insert = db
    .insert(movies)
    .values({ title: sql.placeholder("title"), tagline: sql.placeholder("tagline") })
    .returning({ id: movies.id })
    .prepare("insert");
  const update = db
    .update(movies)
    .set({ title: sql`${sql.placeholder("title")}` })
    .where(eq(movies.id, id))
    .prepare("update");
  return {
    get: async (of) => (await get.execute({ id: of }))[0],
    list: (page: Page) => list.execute({ ...page }),
    nested: (of) => nested.execute({ id: of }),
    nestedList: (page: Page) => nestedList.execute({ ...page }),
    insert: async (movie) => (await insert.execute({ ...movie }))[0] as { id: number },
    update: (change: { id: number; title: string }) => update.execute({ ...change }),
  };
}

/** The actors come inside the rows of the join table. */
const plain = ({ links, ...movie }: any): NestedMovie => ({ ...movie, actors: links.map((link: any) => link.actor) });

function form(name: string, make: (session: Session) => Operations, lacks?: string): Form {
  return {
    name,
    targets: ["better-sqlite3", "pg"],
    absent: { "node-sqlite": "Drizzle 0.45 has no driver for node:sqlite" },
    ...(lacks !== undefined && { lacks }),
    async open(place): Promise<Opened> {
      const session = connect(place);
      return { operations: make(session), plain, close: session.close };
    },
  };
}

export const contender: Contender = {
  forms: [
    form("drizzle 0.45", adHoc),
    form(
      "drizzle 0.45, prepared",
      prepared,
      "a prepared statement has a fixed number of rows, and runs on any connection of the pool, not in a transaction",
    ),
  ],
  packages: ["drizzle-orm"],
};
