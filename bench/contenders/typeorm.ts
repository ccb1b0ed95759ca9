import { DataSource, EntitySchema, MoreThan } from "typeorm";
import type { Actor, Child, Contender, Graph, Movie, NewMovie, Opened, Place } from "../contender.ts";
import { loadBetterSqlite, POOL_SIZE, PRAGMAS } from "../harness/admin.ts";

interface MovieEntity extends Movie {
  characters: ChildEntity[];
  distributor: ChildEntity | null;
  actors: Actor[];
}
interface ChildEntity extends Child {
  movie: Movie;
}

const id = { type: "integer", primary: true, generated: true } as const;
const childColumns = { id, name: { type: "text" }, movieId: { type: "integer", name: "movie_id" } } as const;

const MovieSchema = new EntitySchema<MovieEntity>({
  name: "Movie",
  tableName: "movies",
  columns: { id, title: { type: "text" }, tagline: { type: "text", nullable: true } },
  relations: {
    characters: { type: "one-to-many", target: "Character", inverseSide: "movie" },
    distributor: { type: "one-to-one", target: "Distributor", inverseSide: "movie" },
    actors: {
      type: "many-to-many",
      target: "Actor",
      joinTable: { name: "movies_actors", joinColumn: { name: "movie_id" }, inverseJoinColumn: { name: "actor_id" } },
    },
  },
});
const CharacterSchema = new EntitySchema<ChildEntity>({
  name: "Character",
  tableName: "characters",
  columns: childColumns,
  relations: { movie: { type: "many-to-one", target: "Movie", joinColumn: { name: "movie_id" }, inverseSide: "characters" } },
});
const DistributorSchema = new EntitySchema<ChildEntity>({
  name: "Distributor",
  tableName: "distributors",
  columns: childColumns,
  relations: { movie: { type: "one-to-one", target: "Movie", joinColumn: { name: "movie_id" }, inverseSide: "distributor" } },
});
const ActorSchema = new EntitySchema<Actor>({ name: "Actor", tableName: "actors", columns: { id, name: { type: "text" } } });

const entities = [MovieSchema, CharacterSchema, DistributorSchema, ActorSchema];
const RELATIONS = { characters: true, distributor: true, actors: true } as const;

function sourceOf({ target, at }: Place): DataSource {
  if (target === "pg") return new DataSource({ type: "postgres", url: at, poolSize: POOL_SIZE, entities });
  return new DataSource({
    type: "better-sqlite3",
    driver: loadBetterSqlite(),
    database: at,
    statementCacheSize: 100,
    prepareDatabase: (db: any) => {
      for (const pragma of PRAGMAS) db.pragma(pragma);
    },
    entities,
  });
}

/**
 * Writes by its insert and update builders: `save` reads each row before it writes. Nested reads by the join of all, its default: a query for
 * each relation was slower on lists.
 */
async function open(place: Place): Promise<Opened> {
  const source = await sourceOf(place).initialize();
  const movies = source.getRepository(MovieSchema);
  return {
    operations: {
      get: (of) => movies.findOneBy({ id: of }),
      list: ({ after, limit }) => movies.find({ where: { id: MoreThan(after) }, order: { id: "asc" }, take: limit }),
      nested: (of) => movies.findOne({ where: { id: of }, relations: RELATIONS }),
      nestedList: ({ after, limit }) =>
        movies.find({
          where: { id: MoreThan(after) },
          order: { id: "asc" },
          take: limit,
          relations: RELATIONS,
        }),
      insert: async ({ title, tagline }: NewMovie) => (await movies.insert({ title, tagline })).identifiers[0] as { id: number },
      graph: ({ title, tagline, characters, distributor, actors }: Graph) =>
        source.transaction(async (manager) => {
          const { id: movieId } = (await manager.insert(MovieSchema, { title, tagline })).identifiers[0] as { id: number };
          await manager.insert(
            CharacterSchema,
            characters.map((name) => ({ name, movieId })),
          );
          await manager.insert(DistributorSchema, { name: distributor, movieId });
          const people = await manager.insert(
            ActorSchema,
            actors.map((name) => ({ name })),
          );
          await manager.createQueryBuilder().relation(MovieSchema, "actors").of(movieId).add(people.identifiers);
          return movieId;
        }),
      insertAll: (all) =>
        movies
          .createQueryBuilder()
          .insert()
          .values([...all])
          .updateEntity(false)
          .execute(),
      update: ({ id: of, title }: { id: number; title: string }) => movies.update(of, { title }),
    },
    close: () => source.destroy(),
  };
}

export const contender: Contender = {
  forms: [
    { name: "typeorm 1", targets: ["better-sqlite3", "pg"], open, absent: { "node-sqlite": "TypeORM has no driver for node:sqlite" } },
  ],
  packages: ["typeorm"],
};
