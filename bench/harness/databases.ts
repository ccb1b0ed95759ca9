import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Place, Target } from "../contender.ts";
import { actor, actorCount, actorIdsOf, charactersOf, type Data, distributorOf, movie } from "../data.ts";
import { type Admin, openAdmin } from "./admin.ts";

/** Makes databases that hold the data, and takes them away at the end. */
export interface Databases {
  /** A database of its own for one contender. */
  make(): Promise<Place>;
  /** Of the server; of SQLite, which the drivers bring along, empty. */
  readonly version: string;
  close(): Promise<void>;
}

export async function openDatabases(target: Target, data: Data, root: string): Promise<Databases> {
  return target === "pg" ? openPostgres(data, root) : openSqlite(target, data);
}

async function openSqlite(target: Target, data: Data): Promise<Databases> {
  const folder = mkdtempSync(join(tmpdir(), "ectype-bench-"));
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  process.once("exit", remove);
  const seed = join(folder, "seed.db");
  const admin = await openAdmin({ target, at: seed });
  await fill(admin, data, "integer primary key", () => "?");
  await admin.exec("pragma wal_checkpoint(truncate)");
  await admin.close();
  let count = 0;
  return {
    async make() {
      const at = join(folder, `${++count}.db`);
      copyFileSync(seed, at);
      return { target, at };
    },
    version: "",
    close: async () => remove(),
  };
}

async function openPostgres(data: Data, root: string): Promise<Databases> {
  const server = await startPostgres(root);
  const inDatabase = (name: string) => Object.assign(new URL(server.url), { pathname: `/${name}` }).href;
  const admin = await openAdmin({ target: "pg", at: server.url });
  const suffix = `${process.pid}_${Date.now()}`;
  const seed = `bench_seed_${suffix}`;
  const names = [seed];
  await admin.query(`create database ${seed} template template0 encoding 'UTF8'`);
  const filling = await openAdmin({ target: "pg", at: inDatabase(seed) });
  await fill(filling, data, "serial primary key", (at) => `$${at}`);
  await filling.exec("vacuum analyze");
  const [[version]] = (await filling.query("show server_version")) as [[string]];
  await filling.close();
  return {
    async make() {
      const name = `bench_${suffix}_${names.length}`;
      await admin.query(`create database ${name} template ${seed}`);
      names.push(name);
      return { target: "pg", at: inDatabase(name) };
    },
    version: `PostgreSQL ${version}`,
    async close() {
      for (const name of names.reverse()) await admin.query(`drop database if exists ${name} with (force)`);
      await admin.close();
      await server.close();
    },
  };
}

/** The server of the tests, or the one that DATABASE_URL_TEST names. */
async function startPostgres(root: string): Promise<{ url: string; close(): Promise<void> }> {
  const given = process.env["DATABASE_URL_TEST"];
  if (given) return { url: given, close: async () => {} };
  // Detached, so that Ctrl-C does not end it under whoever still asks it; its closed stdin tells it that this process is gone.
  const child = spawn(process.execPath, [join(root, "scripts/postgres.mjs")], { stdio: ["pipe", "pipe", "inherit"], detached: true });
  const url = await new Promise<string>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`scripts/postgres.mjs ended with code ${code} before PostgreSQL was ready.`)));
    child.stdout.setEncoding("utf8").once("data", (text: string) => resolve(text.trim()));
  });
  return {
    url,
    async close() {
      const exit = once(child, "exit");
      child.stdin.end();
      await exit;
    },
  };
}

/** The statistics stay what they were when the data came in, and nothing cleans up behind the back of a measurement. */
const QUIET = "with (autovacuum_enabled = off)";

async function fill(admin: Admin, data: Data, key: string, place: (at: number) => string): Promise<void> {
  const serial = key.startsWith("serial");
  const tail = serial ? ` ${QUIET}` : "";
  await admin.exec(`
    create table movies (id ${key}, title text not null, tagline text)${tail};
    create table characters (id ${key}, name text not null, movie_id integer not null references movies (id))${tail};
    create table distributors (id ${key}, name text not null, movie_id integer not null references movies (id))${tail};
    create table actors (id ${key}, name text not null)${tail};
    create table movies_actors (
      movie_id integer not null references movies (id), actor_id integer not null references actors (id), primary key (movie_id, actor_id)
    )${tail};
  `);
  await admin.exec("begin");
  const insert = async (table: string, columns: readonly string[], rows: readonly (readonly unknown[])[]) => {
    const chunk = 500;
    for (let at = 0; at < rows.length; at += chunk) {
      const some = rows.slice(at, at + chunk);
      let n = 0;
      const values = some.map((row) => `(${row.map(() => place(++n)).join(", ")})`).join(", ");
      await admin.query(`insert into ${table} (${columns.join(", ")}) values ${values}`, some.flat());
    }
  };
  const movieIds = Array.from({ length: data.movies }, (_, at) => at + 1);
  const parentIds = data.bare ? [] : movieIds;
  const actorIds = data.bare ? [] : Array.from({ length: actorCount(data) }, (_, at) => at + 1);
  const child = ({ id, name, movieId }: { id: number; name: string; movieId: number }) => [id, name, movieId];
  await insert(
    "movies",
    ["id", "title", "tagline"],
    movieIds.map(movie).map(({ id, title, tagline }) => [id, title, tagline]),
  );
  await insert("characters", ["id", "name", "movie_id"], parentIds.flatMap(charactersOf).map(child));
  await insert("distributors", ["id", "name", "movie_id"], parentIds.map(distributorOf).map(child));
  await insert(
    "actors",
    ["id", "name"],
    actorIds.map(actor).map(({ id, name }) => [id, name]),
  );
  await insert(
    "movies_actors",
    ["movie_id", "actor_id"],
    parentIds.flatMap((id) => actorIdsOf(data, id).map((actorId) => [id, actorId])),
  );
  await admin.exec("commit");
  await admin.exec(`
    create index characters_movie_id_index on characters (movie_id);
    create unique index distributors_movie_id_index on distributors (movie_id);
    create index movies_actors_actor_id_index on movies_actors (actor_id);
  `);
  if (!serial) return;
  for (const table of ["movies", "characters", "distributors", "actors"])
    await admin.query(`select setval(pg_get_serial_sequence('${table}', 'id'), (select max(id) from ${table}))`);
}
