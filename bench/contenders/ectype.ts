import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Built, Params, Repo, Slots } from "ectype";
import type { Contender, Form, Graph, NewMovie, OpenOptions, Operations, Page, Place } from "../contender.ts";
import { POOL_SIZE } from "../harness/admin.ts";

type Ectype = typeof import("ectype");

/** The schemas, made with the build that is measured. */
function defineSchemas({ belongsTo, cast, field, hasMany, hasOne, manyToMany, schema }: Ectype) {
  class Movie extends schema("movies", {
    title: field.string({ null: false }),
    tagline: field.string(),
    characters: () => hasMany(Character),
    distributor: () => hasOne(Distributor),
    actors: () => manyToMany(Actor, { joinThrough: "movies_actors" }),
  }) {
    static changeset<M extends Movie | Built<Movie>>(movie: M, params: Params) {
      return cast(movie, params, ["title", "tagline"]).validateRequired(["title"]);
    }
    static whole(movie: Built<Movie>, params: Params) {
      return cast(movie, params, ["title", "tagline"])
        .validateRequired(["title"])
        .castAssoc("characters")
        .castAssoc("distributor")
        .castAssoc("actors");
    }
  }
  class Character extends schema("characters", { name: field.string({ null: false }), movie: () => belongsTo(Movie) }) {
    static changeset<C extends Character | Built<Character>>(character: C, params: Params) {
      return cast(character, params, ["name"]).validateRequired(["name"]);
    }
  }
  class Distributor extends schema("distributors", { name: field.string({ null: false }), movie: () => belongsTo(Movie) }) {
    static changeset<D extends Distributor | Built<Distributor>>(distributor: D, params: Params) {
      return cast(distributor, params, ["name"]).validateRequired(["name"]);
    }
  }
  class Actor extends schema("actors", {
    name: field.string({ null: false }),
    movies: () => manyToMany(Movie, { joinThrough: "movies_actors" }),
  }) {
    static changeset<A extends Actor | Built<Actor>>(actor: A, params: Params) {
      return cast(actor, params, ["name"]).validateRequired(["name"]);
    }
  }
  return { Movie, Character, Distributor, Actor };
}

interface Session {
  readonly repo: Repo;
  readonly ectype: Ectype;
  readonly schemas: ReturnType<typeof defineSchemas>;
}

/** The build under measurement, which need not be that of this checkout. */
export async function connect({ target, at }: Place, folder: string): Promise<Session> {
  const load = async (path: string) => import(pathToFileURL(join(folder, path)).href);
  const ectype = (await load("index.js")) as Ectype;
  const adapter =
    target === "pg"
      ? ((await load("postgres/index.js")) as typeof import("ectype/postgres")).postgres({ url: at, pool: { size: POOL_SIZE } })
      : ((await load("sqlite/index.js")) as typeof import("ectype/sqlite")).sqlite({
          database: at,
          driver: target === "node-sqlite" ? "node" : "better-sqlite3",
        });
  return { repo: ectype.createRepo({ adapter }), ectype, schemas: defineSchemas(ectype) };
}

/** A query made with each call, writes of structs. */
function adHoc({ repo, ectype: { from }, schemas }: Session): Operations {
  const { Movie, Character, Distributor, Actor } = schemas;
  return {
    get: (id) => repo.get(Movie, id),
    list: ({ after, limit }) =>
      repo.all(
        from(Movie)
          .where((m) => m.id.gt(after))
          .orderBy("id")
          .limit(limit),
      ),
    nested: (id) => repo.one(from(Movie).where({ id }).preload(["characters", "distributor", "actors"])),
    nestedList: ({ after, limit }) =>
      repo.all(
        from(Movie)
          .where((m) => m.id.gt(after))
          .orderBy("id")
          .limit(limit)
          .preload(["characters", "distributor", "actors"]),
      ),
    insert: (movie) => repo.insertOrThrow(Movie.build(movie)),
    graph: ({ title, tagline, characters, distributor, actors }: Graph) =>
      repo.insertOrThrow(
        Movie.build({
          title,
          tagline,
          characters: characters.map((name) => Character.build({ name })),
          distributor: Distributor.build({ name: distributor }),
          actors: actors.map((name) => Actor.build({ name })),
        }),
      ),
    insertAll: (movies) => repo.insertAll(Movie, movies),
    update: ({ id, title }: { id: number; title: string }) => repo.updateAll(from(Movie).where({ id }), { set: { title } }),
  };
}

/** Queries that were made before; there are none for writes. */
function prepared({ repo, ectype: { from }, schemas: { Movie } }: Session): Operations {
  const get = repo.prepare((p: Slots<{ id: number }>) => from(Movie).where((m) => m.id.eq(p.id)));
  const list = repo.prepare((p: Slots<{ after: number; limit: number }>) =>
    from(Movie)
      .where((m) => m.id.gt(p.after))
      .orderBy("id")
      .limit(p.limit),
  );
  const nested = repo.prepare((p: Slots<{ id: number }>) =>
    from(Movie)
      .where((m) => m.id.eq(p.id))
      .preload(["characters", "distributor", "actors"]),
  );
  const nestedList = repo.prepare((p: Slots<{ after: number; limit: number }>) =>
    from(Movie)
      .where((m) => m.id.gt(p.after))
      .orderBy("id")
      .limit(p.limit)
      .preload(["characters", "distributor", "actors"]),
  );
  return {
    get: (id) => get.one({ id }),
    list: (page: Page) => list.all({ after: page.after, limit: page.limit }),
    nested: (id) => nested.one({ id }),
    nestedList: (page: Page) => nestedList.all({ after: page.after, limit: page.limit }),
  };
}

/** Writes of what somebody sent: cast, validated, and only what is another than before. */
function changesets({ repo, schemas: { Movie } }: Session): Operations {
  return {
    insert: (movie: NewMovie) => repo.insertOrThrow(Movie.changeset(Movie.build(), { ...movie })),
    graph: ({ title, tagline, characters, distributor, actors }: Graph) =>
      repo.insertOrThrow(
        Movie.whole(Movie.build(), {
          title,
          tagline,
          characters: characters.map((name) => ({ name })),
          distributor: { name: distributor },
          actors: actors.map((name) => ({ name })),
        }),
      ),
    update: ({ movie, title }: { movie: InstanceType<typeof Movie>; title: string }) =>
      repo.updateOrThrow(Movie.changeset(movie, { title })),
  };
}

function form(name: string, make: (session: Session) => Operations, lacks?: string): Form {
  return {
    name,
    targets: ["better-sqlite3", "node-sqlite", "pg"],
    ...(lacks !== undefined && { lacks }),
    async open(place: Place, { ectype: folder }: OpenOptions) {
      const session = await connect(place, folder);
      const { repo, ectype, schemas } = session;
      return {
        operations: make(session),
        ...(make === changesets && {
          async updates(changes) {
            const movies = await repo.all(ectype.from(schemas.Movie).where((m) => m.id.in(changes.map(({ id }) => id))));
            const byId = new Map(movies.map((movie) => [movie.id, movie]));
            return changes.map(({ id, title }) => ({ movie: byId.get(id), title }));
          },
        }),
        close: () => repo.close(),
      };
    },
  };
}

export const contender: Contender = {
  forms: [
    form("ectype", adHoc),
    form("ectype, prepared", prepared, "what is prepared is a query; a write has its plan by its schema"),
    form("ectype, changesets", changesets, "a changeset is for one write; reads and insertAll have none"),
  ],
  packages: [],
};
