import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { QueryError } from "../../../src/core/base/index.ts";
import { postgresDialect } from "../../../src/postgres/dialect.ts";
import { querySql } from "../../../src/sql/index.ts";
import { freshPostgresUrl } from "../../support/databases.ts";
import { queries, sampleValues } from "../queries.ts";
import { expected, refused } from "./expected.ts";

let client: pg.Client;

beforeAll(async () => {
  client = new pg.Client({ connectionString: await freshPostgresUrl() });
  await client.connect();
  await client.query(`
    CREATE SCHEMA main;
    CREATE TABLE movies (id bigint PRIMARY KEY, title varchar, rating numeric, meta jsonb, released_on date, inserted_at timestamp(0), tags text[], genres varchar[], poster bytea, visits integer, "vis""its" text);
    CREATE TABLE main.movies (id bigint);
    CREATE TABLE characters (id bigint PRIMARY KEY, name text, movie_id bigint);
    CREATE TABLE actors (id bigint PRIMARY KEY);
    CREATE TABLE "order""s" ("select" text);
    INSERT INTO movies (id, title, meta, tags) VALUES (1, 'Ready Player One', '{"list":[1,2]}', '{a}');
  `);
});
afterAll(() => client.end());

test.each(Object.keys(queries).filter((name) => !(name in refused)))("%s is written for PostgreSQL, which takes it", async (name) => {
  const { sql, params } = querySql(postgresDialect, queries[name]!);
  expect([sql, params]).toEqual(expected[name]);
  const values = sampleValues(queries[name], (list) => `{${list.join(",")}}`);
  // A change is undone, so that each query meets the same rows.
  await client.query("BEGIN");
  try {
    await client.query(
      sql,
      params.map((index) => values[index]),
    );
  } finally {
    await client.query("ROLLBACK");
  }
});

test.each(Object.entries(refused))("%s is refused for PostgreSQL, with what to do instead", (name, message) => {
  expect(() => querySql(postgresDialect, queries[name]!)).toThrow(new QueryError(message));
});
