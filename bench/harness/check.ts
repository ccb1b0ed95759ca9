import type { Child, Movie, NestedMovie, Opened, Place, Written } from "../contender.ts";
import type { Data } from "../data.ts";
import type { Row } from "../rows.ts";
import { type Admin, openAdmin } from "./admin.ts";
import type { Call } from "./clock.ts";

const CALLS = 7;

/** The arguments of the calls that are checked: the same for every contender. */
const drawn = (row: Row, data: Data) => row.arguments(row.most === undefined ? CALLS : 1, 0, data);

/** What the row's operation answers, as texts: they must be the same for every contender. Of a write, the keys of what is new. */
export async function answersOf(row: Row, call: Call, opened: Opened, data: Data): Promise<string[]> {
  const asked = drawn(row, data);
  const given = row.operation === "update" ? ((await opened.updates?.(asked as { id: number; title: string }[])) ?? asked) : asked;
  const answers = await called(row, call, given);
  if (!row.writes) return answers.flatMap((answer) => textsOf(row, answer, opened));
  const gives = row.operation === "insert" || row.operation === "graph";
  return gives ? answers.map((answer) => String(keyOf(answer as Written))) : [];
}

/**
 * What a write has left in the database, as texts. It is looked at from another process than the contender's: two copies of SQLite in one
 * process undo each other's locks.
 */
export async function checkWrite(row: Row, place: Place, data: Data, answer: () => Promise<readonly string[]>): Promise<string[]> {
  const admin = await openAdmin(place);
  try {
    const before = await stateOf(admin);
    const keys = (await answer()).map((key) => `key ${Number(key) - before.last}`);
    return [...keys, ...(await written(admin, place, drawn(row, data) as { readonly id?: number }[], before))];
  } finally {
    await admin.close();
  }
}

async function called(row: Row, call: Call, given: readonly unknown[]): Promise<unknown[]> {
  if (row.inFlight !== undefined) return Promise.all(given.map((argument) => call(argument)));
  const answers: unknown[] = [];
  for (const argument of given) answers.push(await call(argument));
  return answers;
}

function keyOf(written: Written): number {
  return typeof written === "number" ? written : written.id;
}

function textsOf({ operation }: Row, answer: unknown, opened: Opened): string[] {
  const nested = operation.startsWith("nested");
  const results = Array.isArray(answer) ? answer : [answer];
  return results.map((result) => {
    if (result === null || result === undefined) return "nothing";
    return JSON.stringify(
      nested ? plainNested(opened.plain ? opened.plain(result) : (result as NestedMovie)) : plainMovie(result as Movie),
    );
  });
}

const byId = (a: { readonly id: number }, b: { readonly id: number }) => a.id - b.id;
const plainMovie = ({ id, title, tagline }: Movie) => ({ id, title, tagline });
const plainChild = ({ id, name, movieId }: Child) => ({ id, name, movieId });
/** Children come in no order that was asked for. */
const plainNested = (movie: NestedMovie) => ({
  ...plainMovie(movie),
  characters: [...movie.characters].sort(byId).map(plainChild),
  distributor: movie.distributor === null ? null : plainChild(movie.distributor),
  actors: [...movie.actors].sort(byId).map(({ id, name }) => ({ id, name })),
});

const TABLES = ["movies", "characters", "distributors", "actors", "movies_actors"];

interface State {
  /** The last movie. */
  readonly last: number;
  readonly counts: readonly number[];
}

async function stateOf(admin: Admin): Promise<State> {
  const [[last]] = (await admin.query("select max(id) from movies")) as [[number]];
  const counts: number[] = [];
  for (const table of TABLES) counts.push(Number((await admin.query(`select count(*) from ${table}`))[0]?.[0]));
  return { last, counts };
}

/** The rows that are new, the rows that the call was about, and how many there are more of all. Keys are told from the last one before. */
async function written(
  admin: Admin,
  { target }: Place,
  asked: readonly { readonly id?: number }[],
  { last, counts }: State,
): Promise<string[]> {
  const place = target === "pg" ? "$1" : "?";
  const texts: string[] = [];
  const say = (table: string, rows: readonly unknown[][]) => texts.push(...rows.map((found) => `${table} ${JSON.stringify(found)}`));
  const after = async (sql: string) => admin.query(sql.replace("?", place), [last]);
  say("movies", await after(`select id - ${last}, title, tagline from movies where id > ? order by id`));
  for (const table of ["characters", "distributors"])
    say(table, await after(`select name, movie_id - ${last} from ${table} where movie_id > ? order by name`));
  say(
    "movies_actors",
    await after(
      `select a.name, j.movie_id - ${last} from movies_actors j join actors a on a.id = j.actor_id where j.movie_id > ? order by a.name`,
    ),
  );
  for (const { id } of asked)
    if (id !== undefined) say("movies", await admin.query(`select id, title, tagline from movies where id = ${place}`, [id]));
  const now = await stateOf(admin);
  for (const [at, table] of TABLES.entries()) say(`more ${table}`, [[(now.counts[at] as number) - (counts[at] as number)]]);
  return texts;
}
