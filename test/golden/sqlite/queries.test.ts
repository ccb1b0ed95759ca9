import { expect, test } from "vitest";
import { QueryError } from "../../../src/core/base/index.ts";
import { querySql } from "../../../src/sql/index.ts";
import { sqliteDialect } from "../../../src/sqlite/dialect.ts";
import { queries, sampleValues } from "../queries.ts";
import { expected, refused } from "./expected.ts";
import { openMemory } from "../../support/sqlite.ts";

const db = openMemory();
db.exec(`
  CREATE TABLE movies (id INTEGER PRIMARY KEY, title TEXT, rating DECIMAL, meta TEXT, released_on TEXT, inserted_at TEXT, tags TEXT, genres TEXT, poster BLOB, visits INTEGER, "vis""its" TEXT);
  CREATE TABLE characters (id INTEGER PRIMARY KEY, name TEXT, movie_id INTEGER);
  CREATE TABLE actors (id INTEGER PRIMARY KEY);
  CREATE TABLE "order""s" ("select" TEXT);
  INSERT INTO movies (id, title, meta, tags) VALUES (1, 'Ready Player One', '{"list":[1,2]}', '["a"]');
`);

test.each(Object.keys(queries).filter((name) => !(name in refused)))("%s is written for SQLite, which takes it", (name) => {
  const { sql, params } = querySql(sqliteDialect, queries[name]!);
  expect([sql, params]).toEqual(expected[name]);
  const values = sampleValues(queries[name], JSON.stringify);
  const statement = db.prepare(sql);
  const bound = params.map((index) => values[index]);
  // A change is undone, so that each query meets the same rows.
  db.exec("SAVEPOINT one");
  if (statement.reader) statement.all(...bound);
  else statement.run(...bound);
  db.exec("ROLLBACK TO one");
});

test.each(Object.entries(refused))("%s is refused for SQLite, with what to do instead", (name, message) => {
  expect(() => querySql(sqliteDialect, queries[name]!)).toThrow(new QueryError(message));
});
