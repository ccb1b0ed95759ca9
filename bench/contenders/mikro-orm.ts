import { defineEntity, type EntityManager, MikroORM, p } from "@mikro-orm/core";
import { defineConfig as postgresConfig } from "@mikro-orm/postgresql";
import { NodeSqliteDialect, SqliteDriver, SqlMikroORM } from "@mikro-orm/sql";
import { defineConfig as sqliteConfig } from "@mikro-orm/sqlite";
import type { Contender, Graph, NestedMovie, NewMovie, Opened, Place } from "../contender.ts";
import { POOL_SIZE, PRAGMAS } from "../harness/admin.ts";

const actorSchema = defineEntity({ name: "Actor", tableName: "actors", properties: { id: p.integer().primary(), name: p.text() } });
class Actor extends actorSchema.class {}
actorSchema.setClass(Actor);
const characterSchema = defineEntity({
  name: "Character",
  tableName: "characters",
  properties: { id: p.integer().primary(), name: p.text(), movie: () => p.manyToOne(Movie).fieldName("movie_id") },
});
class Character extends characterSchema.class {}
characterSchema.setClass(Character);
const distributorSchema = defineEntity({
  name: "Distributor",
  tableName: "distributors",
  properties: { id: p.integer().primary(), name: p.text(), movie: () => p.oneToOne(Movie).owner().fieldName("movie_id") },
});
class Distributor extends distributorSchema.class {}
distributorSchema.setClass(Distributor);
const movieSchema = defineEntity({
  name: "Movie",
  tableName: "movies",
  properties: {
    id: p.integer().primary(),
    title: p.text(),
    tagline: p.text().nullable(),
    characters: () => p.oneToMany(Character).mappedBy("movie"),
    distributor: () => p.oneToOne(Distributor).mappedBy("movie").nullable(),
    actors: () => p.manyToMany(Actor).pivotTable("movies_actors").joinColumn("movie_id").inverseJoinColumn("actor_id"),
  },
});
class Movie extends movieSchema.class {}
movieSchema.setClass(Movie);

const entities = [Movie, Character, Distributor, Actor];
const common = { entities, debug: false, ensureDatabase: false };

async function connect({ target, at }: Place): Promise<MikroORM> {
  if (target === "pg") return MikroORM.init(postgresConfig({ ...common, clientUrl: at, pool: { min: 0, max: POOL_SIZE } }));
  const orm: MikroORM = await (target === "node-sqlite"
    ? SqlMikroORM.init({ ...common, driver: SqliteDriver, dbName: at, driverOptions: new NodeSqliteDialect(at) })
    : MikroORM.init(sqliteConfig({ ...common, dbName: at })));
  for (const pragma of PRAGMAS) await orm.em.getConnection().execute(`pragma ${pragma}`);
  return orm;
}

/** A query for each relation, which is faster here than the join of all. Nothing is kept for later: who only reads needs no identity map. */
const NESTED = { populate: ["characters", "distributor", "actors"], strategy: "select-in", disableIdentityMap: true } as const;
const FLAT = { disableIdentityMap: true } as const;

/** An entity manager for each call, as its documentation wants one for each request. */
async function open(place: Place): Promise<Opened> {
  const orm = await connect(place);
  const fork = () => orm.em.fork() as EntityManager;
  return {
    operations: {
      get: (id) => fork().findOne(Movie, { id }, FLAT),
      list: ({ after, limit }) => fork().find(Movie, { id: { $gt: after } }, { ...FLAT, orderBy: { id: "asc" }, limit }),
      nested: (id) => fork().findOne(Movie, { id }, NESTED),
      nestedList: ({ after, limit }) => fork().find(Movie, { id: { $gt: after } }, { ...NESTED, orderBy: { id: "asc" }, limit }),
      insert: async (movie: NewMovie) => (await fork().insert(Movie, { ...movie })) as number,
      // A flush is a transaction.
      graph: async ({ title, tagline, characters, distributor, actors }: Graph) => {
        const em = fork();
        const movie = em.create(Movie, {
          title,
          tagline,
          characters: characters.map((name) => ({ name })),
          distributor: { name: distributor },
          actors: actors.map((name) => ({ name })),
        });
        em.persist(movie);
        await em.flush();
        return movie.id;
      },
      insertAll: (movies) => fork().insertMany(Movie, movies as NewMovie[]),
      update: ({ id, title }: { id: number; title: string }) => fork().nativeUpdate(Movie, { id }, { title }),
    },
    plain: ({ id, title, tagline, characters, distributor, actors }: any): NestedMovie => ({
      id,
      title,
      tagline,
      characters: characters.getItems().map((child: any) => ({ id: child.id, name: child.name, movieId: child.movie.id })),
      distributor: distributor ? { id: distributor.id, name: distributor.name, movieId: distributor.movie.id } : null,
      actors: actors.getItems(),
    }),
    close: () => orm.close(),
  };
}

export const contender: Contender = {
  forms: [{ name: "mikro-orm 7", targets: ["better-sqlite3", "node-sqlite", "pg"], open }],
  packages: ["@mikro-orm/core"],
};
