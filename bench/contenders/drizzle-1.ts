import { createRequire } from "node:module";
import { defineRelations, eq, gt, sql } from "drizzle-orm-1";
import { drizzle as drizzleBetterSqlite } from "drizzle-orm-1/better-sqlite3";
import { drizzle as drizzlePg } from "drizzle-orm-1/node-postgres";
import * as p from "drizzle-orm-1/pg-core";
import * as s from "drizzle-orm-1/sqlite-core";
import pg from "pg";
import type { Contender, Form, Graph, NewMovie, Opened, Operations, Page, Place } from "../contender.ts";
import { openBetterSqlite, openNodeSqlite, POOL_SIZE } from "../harness/admin.ts";

// The release candidate: relational queries of the second version, row mappers made at run time (`jit`), both drivers of SQLite.
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

const relationsOf = (tables: Tables) =>
  defineRelations(tables, (r) => ({
    movies: {
      characters: r.many.characters({ from: r.movies.id, to: r.characters.movieId }),
      distributor: r.one.distributors({ from: r.movies.id, to: r.distributors.movieId }),
      actors: r.many.actors({
        from: r.movies.id.through(r.moviesActors.movieId),
        to: r.actors.id.through(r.moviesActors.actorId),
      }),
    },
  }));

const require = createRequire(import.meta.url);

function connect({ target, at }: Place) {
  const tables = target === "pg" ? postgresTables : sqliteTables;
  const relations = relationsOf(tables);
  if (target === "pg") {
    const pool = new pg.Pool({ connectionString: at, max: POOL_SIZE });
    return { tables, sqlite: false, db: drizzlePg({ client: pool, relations, jit: true }), close: () => pool.end() };
  }
  const close = async () => void client.close();
  const client = target === "node-sqlite" ? openNodeSqlite(at) : openBetterSqlite(at);
  // Loaded where it is used: it imports node:sqlite.
  const drizzle = target === "node-sqlite" ? require("drizzle-orm-1/node-sqlite").drizzle : drizzleBetterSqlite;
  return { tables, sqlite: true, db: drizzle({ client, relations, jit: true }) as ReturnType<typeof drizzlePg<typeof relations>>, close };
}
type Session = ReturnType<typeof connect>;

const WITH = { characters: true, distributor: true, actors: true } as const;

function adHoc({ db, tables, sqlite }: Session): Operations {
  const { movies, characters, distributors, actors, moviesActors } = tables;
  return {
    get: async (id) => (await db.select().from(movies).where(eq(movies.id, id)))[0],
    list: ({ after, limit }) => db.select().from(movies).where(gt(movies.id, after)).orderBy(movies.id).limit(limit),
    nested: (id) => db.query.movies.findFirst({ where: { id }, with: WITH }),
    nestedList: ({ after, limit }) => db.query.movies.findMany({ where: { id: { gt: after } }, orderBy: { id: "asc" }, limit, with: WITH }),
    insert: async (movie) => (await db.insert(movies).values(movie).returning({ id: movies.id }))[0] as { id: number },
    graph: ({ title, tagline, characters: people, distributor, actors: names }: Graph) => {
      if (sqlite)
        // A transaction of SQLite is a function that does not wait.
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

function prepared(session: Session): Operations {
  const {
    db,
    sqlite,
    tables: { movies },
  } = session;
  const id = sql.placeholder("id");
  const after = sql.placeholder("after");
  const limit = sql.placeholder("limit");
  const get = db.select().from(movies).where(eq(movies.id, id)).prepare("get");
  const list = db.select().from(movies).where(gt(movies.id, after)).orderBy(movies.id).limit(limit).prepare("list");
  const nested = db.query.movies.findFirst({ where: { id }, with: WITH }).prepare("nested");
  const nestedList = db.query.movies
    .findMany({ where: { id: { gt: after } }, orderBy: { id: "asc" }, limit, with: WITH })
    .prepare("nestedList");
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
    ...(sqlite && preparedWrites(session)),
  };
}

/** On SQLite a prepared statement may run inside a transaction, since both are on the one connection; on PostgreSQL it takes any of the pool. */
function preparedWrites({ db, tables: { movies, characters, distributors, actors, moviesActors } }: Session): Operations {
  const sync = db as any;
  const name = sql.placeholder("name");
  const movieId = sql.placeholder("movieId");
  const values = { title: sql.placeholder("title"), tagline: sql.placeholder("tagline") };
  const movie = sync.insert(movies).values(values).returning({ id: movies.id }).prepare();
  const silent = sync.insert(movies).values(values).prepare();
  const character = sync.insert(characters).values({ name, movieId }).prepare();
  const distributor = sync.insert(distributors).values({ name, movieId }).prepare();
  const actor = sync.insert(actors).values({ name }).returning({ id: actors.id }).prepare();
  const link = sync
    .insert(moviesActors)
    .values({ movieId, actorId: sql.placeholder("actorId") })
    .prepare();
  return {
    graph: (graph: Graph) =>
      sync.transaction(() => {
        const { id } = movie.get({ title: graph.title, tagline: graph.tagline });
        for (const of of graph.characters) character.run({ name: of, movieId: id });
        distributor.run({ name: graph.distributor, movieId: id });
        for (const of of graph.actors) link.run({ movieId: id, actorId: actor.get({ name: of }).id });
        return id;
      }),
    insertAll: (all: readonly NewMovie[]) =>
      sync.transaction(() => {
        for (const { title, tagline } of all) silent.run({ title, tagline });
      }),
  };
}

function form(name: string, make: (session: Session) => Operations): Form {
  return {
    name,
    targets: ["better-sqlite3", "node-sqlite", "pg"],
    async open(place): Promise<Opened> {
      const session = connect(place);
      return { operations: make(session), close: session.close };
    },
  };
}

export const contender: Contender = {
  forms: [
    form("drizzle 1.0 rc", adHoc),
    {
      ...form("drizzle 1.0 rc, prepared", prepared),
      lacks: "on PostgreSQL a prepared statement runs on any connection of the pool, not in a transaction, and has a fixed number of rows",
    },
  ],
  packages: ["drizzle-orm-1"],
};
