import type { Child, Graph, Movie, NestedMovie, NewMovie, Opened, Page, Place } from "../contender.ts";
import { openBetterSqlite, openNodeSqlite } from "../harness/admin.ts";

type MovieRow = readonly [id: number, title: string, tagline: string | null];
type ChildRow = readonly [id: number, name: string, movieId: number];
type ActorRow = readonly [id: number, name: string];
type NestedRow = readonly [id: number, title: string, tagline: string | null, ChildRow[], ChildRow | null, ActorRow[]];

/** The part of both drivers that is used. */
interface Statement {
  get(...params: unknown[]): unknown;
  all(...params: unknown[]): unknown[];
  run(...params: unknown[]): { readonly lastInsertRowid: number | bigint };
}
interface Connection {
  /** With rows as arrays. */
  prepare(sql: string): Statement;
  exec(sql: string): unknown;
  close(): unknown;
}

function connect({ target, at }: Place): Connection {
  if (target === "better-sqlite3") {
    const db = openBetterSqlite(at);
    return {
      prepare: (sql) => {
        const statement = db.prepare(sql);
        return (statement.reader ? statement.raw() : statement) as unknown as Statement;
      },
      exec: (sql) => db.exec(sql),
      close: () => db.close(),
    };
  }
  const db = openNodeSqlite(at);
  return {
    prepare: (sql) => {
      const statement = db.prepare(sql);
      statement.setReturnArrays(true);
      return statement as unknown as Statement;
    },
    exec: (sql) => db.exec(sql),
    close: () => db.close(),
  };
}

const toMovie = ([id, title, tagline]: MovieRow): Movie => ({ id, title, tagline });
const toChild = ([id, name, movieId]: ChildRow): Child => ({ id, name, movieId });
const toActor = ([id, name]: ActorRow) => ({ id, name });
const toNested = ([id, title, tagline, characters, distributor, actors]: NestedRow): NestedMovie => ({
  id,
  title,
  tagline,
  characters: characters.map(toChild),
  distributor: distributor === null ? null : toChild(distributor),
  actors: actors.map(toActor),
});

const NESTED = `json_array(m.id, m.title, m.tagline,
  (select json_group_array(json_array(c.id, c.name, c.movie_id)) from characters c where c.movie_id = m.id),
  (select json_array(d.id, d.name, d.movie_id) from distributors d where d.movie_id = m.id),
  (select json_group_array(json_array(a.id, a.name)) from movies_actors j join actors a on a.id = j.actor_id where j.movie_id = m.id))`;

export function openRawSqlite(place: Place, { json }: { readonly json: boolean }): Opened {
  const db = connect(place);
  const get = db.prepare("select id, title, tagline from movies where id = ?");
  const list = db.prepare("select id, title, tagline from movies where id > ? order by id limit ?");
  const insert = db.prepare("insert into movies (title, tagline) values (?, ?)");
  const update = db.prepare("update movies set title = ? where id = ?");
  const begin = db.prepare("begin immediate");
  const commit = db.prepare("commit");
  const rollback = db.prepare("rollback");

  function transaction<T>(work: () => T): T {
    begin.run();
    try {
      const result = work();
      commit.run();
      return result;
    } catch (error) {
      rollback.run();
      throw error;
    }
  }

  const insertCharacter = db.prepare("insert into characters (name, movie_id) values (?, ?)");
  const insertDistributor = db.prepare("insert into distributors (name, movie_id) values (?, ?)");
  const insertActor = db.prepare("insert into actors (name) values (?)");
  const insertLink = db.prepare("insert into movies_actors (movie_id, actor_id) values (?, ?)");
  const nested = json ? jsonReads(db) : separateReads(db, get, list);

  return {
    operations: {
      get(id) {
        const row = get.get(id) as MovieRow | undefined;
        return row === undefined ? null : toMovie(row);
      },
      list: ({ after, limit }) => (list.all(after, limit) as MovieRow[]).map(toMovie),
      ...nested,
      insert: ({ title, tagline }) => Number(insert.run(title, tagline).lastInsertRowid),
      graph: ({ title, tagline, characters, distributor, actors }: Graph) =>
        transaction(() => {
          const id = Number(insert.run(title, tagline).lastInsertRowid);
          for (const name of characters) insertCharacter.run(name, id);
          insertDistributor.run(distributor, id);
          for (const name of actors) insertLink.run(id, insertActor.run(name).lastInsertRowid);
          return id;
        }),
      insertAll: (movies: readonly NewMovie[]) =>
        transaction(() => {
          for (const { title, tagline } of movies) insert.run(title, tagline);
        }),
      update: ({ id, title }: { id: number; title: string }) => update.run(title, id),
    },
    close: () => void db.close(),
  };
}

/** The whole answer is one text. */
function jsonReads(db: Connection) {
  const one = db.prepare(`select ${NESTED} from movies m where m.id = ?`);
  const many = db.prepare(
    `select json_group_array(json(n)) from (select ${NESTED} as n from movies m where m.id > ? order by m.id limit ?)`,
  );
  return {
    nested(id: number): NestedMovie | null {
      const row = one.get(id) as readonly [string] | undefined;
      return row === undefined ? null : toNested(JSON.parse(row[0]) as NestedRow);
    },
    nestedList: ({ after, limit }: Page): NestedMovie[] =>
      (JSON.parse((many.get(after, limit) as readonly [string])[0]) as NestedRow[]).map(toNested),
  };
}

function separateReads(db: Connection, get: Statement, list: Statement) {
  const characters = db.prepare("select id, name, movie_id from characters where movie_id = ?");
  const distributor = db.prepare("select id, name, movie_id from distributors where movie_id = ?");
  const actors = db.prepare("select a.id, a.name from movies_actors j join actors a on a.id = j.actor_id where j.movie_id = ?");
  // The list of keys is one parameter, so that the statement is prepared once.
  const keys = "(select value from json_each(?))";
  const charactersOfAll = db.prepare(`select id, name, movie_id from characters where movie_id in ${keys}`);
  const distributorsOfAll = db.prepare(`select id, name, movie_id from distributors where movie_id in ${keys}`);
  const actorsOfAll = db.prepare(
    `select a.id, a.name, j.movie_id from movies_actors j join actors a on a.id = j.actor_id where j.movie_id in ${keys}`,
  );
  return {
    nested(id: number): NestedMovie | null {
      const row = get.get(id) as MovieRow | undefined;
      if (row === undefined) return null;
      const found = distributor.get(id) as ChildRow | undefined;
      return {
        id: row[0],
        title: row[1],
        tagline: row[2],
        characters: (characters.all(id) as ChildRow[]).map(toChild),
        distributor: found === undefined ? null : toChild(found),
        actors: (actors.all(id) as ActorRow[]).map(toActor),
      };
    },
    nestedList({ after, limit }: Page): NestedMovie[] {
      const movies = (list.all(after, limit) as MovieRow[]).map(emptyNested);
      const byId = new Map(movies.map((movie) => [movie.id, movie]));
      const text = JSON.stringify(movies.map(({ id }) => id));
      for (const row of charactersOfAll.all(text) as ChildRow[]) byId.get(row[2])?.characters.push(toChild(row));
      for (const row of distributorsOfAll.all(text) as ChildRow[]) (byId.get(row[2]) as Growing).distributor = toChild(row);
      for (const [id, name, movieId] of actorsOfAll.all(text) as [number, string, number][]) byId.get(movieId)?.actors.push({ id, name });
      return movies;
    },
  };
}

/** A nested movie whose children are still to come. */
interface Growing extends Movie {
  characters: Child[];
  distributor: Child | null;
  actors: { id: number; name: string }[];
}

const emptyNested = ([id, title, tagline]: MovieRow): Growing => ({ id, title, tagline, characters: [], distributor: null, actors: [] });
