import type pgPackage from "pg";
import type { Child, Graph, Movie, NestedMovie, NewMovie, Opened, Page } from "../contender.ts";
import { POOL_SIZE } from "../harness/admin.ts";

type MovieRow = readonly [id: number, title: string, tagline: string | null];
type ChildRow = readonly [id: number, name: string, movieId: number];
type LinkedRow = readonly [id: number, name: string, movieId: number];
type ActorRow = readonly [id: number, name: string];
type NestedRow = readonly [...MovieRow, ChildRow[] | null, ChildRow | null, ActorRow[] | null];

/** Sends a statement; who does not wait for the answer has it sent together with the next. */
type Send = (name: string, text: string, values: readonly unknown[]) => Promise<any[]>;

const toMovie = ([id, title, tagline]: MovieRow): Movie => ({ id, title, tagline });
const toChild = ([id, name, movieId]: ChildRow): Child => ({ id, name, movieId });
const toActor = ([id, name]: ActorRow) => ({ id, name });
const toNested = ([id, title, tagline, characters, distributor, actors]: NestedRow): NestedMovie => ({
  id,
  title,
  tagline,
  characters: (characters ?? []).map(toChild),
  distributor: distributor === null ? null : toChild(distributor),
  actors: (actors ?? []).map(toActor),
});

const GET = "select id, title, tagline from movies where id = $1";
const LIST = "select id, title, tagline from movies where id > $1 order by id limit $2";
const NESTED = `select m.id, m.title, m.tagline,
  (select json_agg(json_build_array(c.id, c.name, c.movie_id)) from characters c where c.movie_id = m.id),
  (select json_build_array(d.id, d.name, d.movie_id) from distributors d where d.movie_id = m.id),
  (select json_agg(json_build_array(a.id, a.name)) from movies_actors j join actors a on a.id = j.actor_id where j.movie_id = m.id)
  from movies m`;
const CHARACTERS = "select id, name, movie_id from characters where movie_id = any($1)";
const DISTRIBUTORS = "select id, name, movie_id from distributors where movie_id = any($1)";
const ACTORS = "select a.id, a.name, j.movie_id from movies_actors j join actors a on a.id = j.actor_id where j.movie_id = any($1)";

interface Options {
  readonly json: boolean;
  /** One connection, on which statements do not wait for the answers to those before. */
  readonly pipeline: boolean;
}

export async function openRawPostgres(url: string, { json, pipeline }: Options): Promise<Opened> {
  const { default: pg } = await import("pg");
  const client = new pg.Client({ connectionString: url, ...(pipeline && { pipeline: true }) } as pgPackage.ClientConfig);
  await client.connect();
  const pool = pipeline ? null : new pg.Pool({ connectionString: url, max: POOL_SIZE });
  const on = (connection: { query(config: pgPackage.QueryArrayConfig): Promise<pgPackage.QueryArrayResult<any>> }): Send => {
    return async (name, text, values) => (await connection.query({ name, text, values: values as unknown[], rowMode: "array" })).rows;
  };
  const send = on(client);
  const sendToPool = pool === null ? send : on(pool);
  // Pipelined, a statement is only sent with others when nobody waits in between.
  const together = pipeline ? concurrently : inTurn;
  const nested = json ? jsonReads : separateReads(together);

  return {
    operations: {
      get: (id) => getOne(send, id),
      async list({ after, limit }) {
        return ((await send("list", LIST, [after, limit])) as MovieRow[]).map(toMovie);
      },
      nested: (id) => nested.one(send, id),
      nestedList: (page) => nested.many(send, page),
      async insert({ title, tagline }) {
        return (await send("insert", INSERT, [title, tagline]))[0][0] as number;
      },
      graph: (graph) => (pipeline ? insertPipelined(send, graph) : insertInTurn(send, graph)),
      insertAll: (movies: readonly NewMovie[]) =>
        send("insertAll", "insert into movies (title, tagline) select * from unnest($1::text[], $2::text[])", [
          movies.map(({ title }) => title),
          movies.map(({ tagline }) => tagline),
        ]),
      update: ({ id, title }: { id: number; title: string }) => send("update", "update movies set title = $1 where id = $2", [title, id]),
      getInFlight: (id) => getOne(sendToPool, id),
      nestedInFlight: (id) => nested.one(sendToPool, id),
    },
    async close() {
      await client.end();
      await pool?.end();
    },
  };
}

async function getOne(send: Send, id: number): Promise<Movie | null> {
  const [row] = (await send("get", GET, [id])) as MovieRow[];
  return row === undefined ? null : toMovie(row);
}

const jsonReads = {
  async one(send: Send, id: number): Promise<NestedMovie | null> {
    const [row] = (await send("nested", `${NESTED} where m.id = $1`, [id])) as NestedRow[];
    return row === undefined ? null : toNested(row);
  },
  async many(send: Send, { after, limit }: Page): Promise<NestedMovie[]> {
    const rows = (await send("nestedList", `${NESTED} where m.id > $1 order by m.id limit $2`, [after, limit])) as NestedRow[];
    return rows.map(toNested);
  },
};

type Together = (sends: readonly (() => Promise<any[]>)[]) => Promise<any[][]>;
const concurrently: Together = (sends) => Promise.all(sends.map((send) => send()));
const inTurn: Together = async (sends) => {
  const answers: any[][] = [];
  for (const send of sends) answers.push(await send());
  return answers;
};

interface Growing extends Movie {
  characters: Child[];
  distributor: Child | null;
  actors: { id: number; name: string }[];
}

function separateReads(together: Together) {
  const children = (send: Send, ids: readonly number[]) => [
    () => send("characters", CHARACTERS, [ids]),
    () => send("distributors", DISTRIBUTORS, [ids]),
    () => send("actors", ACTORS, [ids]),
  ];
  const assemble = (movies: Growing[], [characters = [], distributors = [], actors = []]: any[][]): Growing[] => {
    const byId = new Map(movies.map((movie) => [movie.id, movie]));
    for (const row of characters as ChildRow[]) byId.get(row[2])?.characters.push(toChild(row));
    for (const row of distributors as ChildRow[]) (byId.get(row[2]) as Growing).distributor = toChild(row);
    for (const [id, name, movieId] of actors as LinkedRow[]) byId.get(movieId)?.actors.push({ id, name });
    return movies;
  };
  const empty = ([id, title, tagline]: MovieRow): Growing => ({ id, title, tagline, characters: [], distributor: null, actors: [] });
  return {
    /** The key is known, so that nothing has to wait for the movie itself. */
    async one(send: Send, id: number): Promise<NestedMovie | null> {
      const [rows = [], ...rest] = await together([() => send("get", GET, [id]), ...children(send, [id])]);
      return assemble((rows as MovieRow[]).map(empty), rest)[0] ?? null;
    },
    async many(send: Send, { after, limit }: Page): Promise<NestedMovie[]> {
      const movies = ((await send("list", LIST, [after, limit])) as MovieRow[]).map(empty);
      const ids = movies.map(({ id }) => id);
      return assemble(movies, await together(children(send, ids)));
    },
  };
}

const INSERT = "insert into movies (title, tagline) values ($1, $2) returning id";
const INSERT_CHARACTERS = "insert into characters (name, movie_id) select name, $2 from unnest($1::text[]) as name";
const INSERT_DISTRIBUTOR = "insert into distributors (name, movie_id) values ($1, $2)";
const INSERT_ACTORS = "insert into actors (name) select unnest($1::text[]) returning id";
const INSERT_LINKS = "insert into movies_actors (movie_id, actor_id) select $1, unnest($2::int[])";

async function insertInTurn(send: Send, { title, tagline, characters, distributor, actors }: Graph): Promise<number> {
  await send("begin", "begin", []);
  try {
    const id = (await send("insert", INSERT, [title, tagline]))[0][0] as number;
    await send("insertCharacters", INSERT_CHARACTERS, [characters, id]);
    await send("insertDistributor", INSERT_DISTRIBUTOR, [distributor, id]);
    const actorIds = ((await send("insertActors", INSERT_ACTORS, [actors])) as [number][]).map(([actorId]) => actorId);
    await send("insertLinks", INSERT_LINKS, [id, actorIds]);
    await send("commit", "commit", []);
    return id;
  } catch (error) {
    await send("rollback", "rollback", []);
    throw error;
  }
}

/** Two trips: what begins and gives keys, then what needs the keys, and the end. Actors need no movie, so they go with it. */
async function insertPipelined(send: Send, { title, tagline, characters, distributor, actors }: Graph): Promise<number> {
  try {
    const [, movies, people] = await Promise.all([
      send("begin", "begin", []),
      send("insert", INSERT, [title, tagline]),
      send("insertActors", INSERT_ACTORS, [actors]),
    ]);
    const id = movies?.[0][0] as number;
    const actorIds = (people as [number][]).map(([actorId]) => actorId);
    await Promise.all([
      send("insertCharacters", INSERT_CHARACTERS, [characters, id]),
      send("insertDistributor", INSERT_DISTRIBUTOR, [distributor, id]),
      send("insertLinks", INSERT_LINKS, [id, actorIds]),
      send("commit", "commit", []),
    ]);
    return id;
  } catch (error) {
    await send("rollback", "rollback", []);
    throw error;
  }
}
