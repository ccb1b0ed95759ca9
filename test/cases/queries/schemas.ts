import { belongsTo, embeddedSchema, embedsMany, embedsOne, field, hasMany, hasOne, manyToMany, type Repo, schema } from "ectype";

export class Studio extends embeddedSchema({ name: field.string(), foundedOn: field.date() }, { primaryKey: false }) {}

export class Movie extends schema("movies", {
  title: field.string({ null: false }),
  tagline: field.string(),
  rating: field.decimal(),
  visits: field.integer(),
  releasedOn: field.date(),
  seenAt: field.utcDatetime(),
  meta: field.json<Record<string, unknown>>(),
  tags: field.array(field.string()),
  studio: embedsOne(() => Studio),
  owners: embedsMany(() => Studio),
  shout: field.string({ virtual: true }),
  secret: field.string({ loadInQuery: false }),
  characters: () => hasMany(Character),
  distributor: () => hasOne(Distributor),
  actors: () => manyToMany(Actor, { joinThrough: "movies_actors" }),
  heroes: () => hasMany(Character, { where: { hero: true } }),
  byName: () => hasMany(Character, { preloadOrder: { name: "desc" } }),
  colleagues: () => hasMany.through(["actors", "movies"]),
}) {}
export class Character extends schema("characters", {
  name: field.string(),
  hero: field.boolean(),
  movie: () => belongsTo(Movie),
  movieActors: () => hasMany.through(["movie", "actors"]),
}) {}
export class Distributor extends schema("distributors", { name: field.string(), movie: () => belongsTo(Movie) }) {}
export class Actor extends schema("actors", { name: field.string(), movies: () => manyToMany(Movie, { joinThrough: "movies_actors" }) }) {}
export class Category extends schema("categories", {
  name: field.string({ null: false }),
  parent: () => belongsTo(Category),
  children: () => hasMany(Category, { foreignKey: "parentId" }),
}) {}
export class Odd extends schema('order"s', { select: field.string(), group: field.integer() }) {}

/** Tables and rows for the cases of the query language. */
export async function fill(repo: Repo): Promise<void> {
  const pg = repo.adapter.name === "postgres";
  const id = pg ? "bigserial primary key" : "integer primary key";
  const json = pg ? "jsonb" : "text";
  const list = (items: readonly string[]) => (pg ? `'{${items.join(",")}}'` : `'${JSON.stringify(items)}'`);
  const time = pg ? "timestamp" : "text";
  await run(repo, [
    `create table movies (id ${id}, title text not null, tagline text, rating ${pg ? "numeric" : "decimal"}, visits ${pg ? "bigint" : "integer"}, released_on ${pg ? "date" : "text"}, seen_at ${time}, meta ${json}, tags ${pg ? "text[]" : "text"}, studio ${json}, owners ${json}, secret text)`,
    `create table characters (id ${id}, name text, hero ${pg ? "boolean" : "integer"}, movie_id bigint references movies)`,
    `create table distributors (id ${id}, name text, movie_id bigint references movies)`,
    `create table actors (id ${id}, name text)`,
    `create table movies_actors (id ${id}, movie_id bigint references movies, actor_id bigint references actors)`,
    `create table categories (id ${id}, name text not null, parent_id bigint references categories)`,
    `create table "order""s" (id ${id}, "select" text, "group" integer)`,
    `insert into movies values
      (1, 'Ready Player One', 'A better reality', 7.5, 10, '2018-03-29', '2026-01-02 10:00:00', '{"k":"v","n":5,"list":[{"b":1},"x"],"it''s":{"\\"q\\"":true}}', ${list(["sf", "game"])}, '{"name":"Amblin","founded_on":"1981-01-01"}', '[{"name":"WB"},{"name":"Sony"}]', 's1'),
      (2, 'Bright', null, 6.3, 3, '2017-12-22', '2026-01-03 11:30:00', '{"k":"w","n":7}', ${list([])}, null, null, 's2'),
      (3, 'Alien', 'In space', 8.5, null, null, null, null, null, null, null, null)`,
    `insert into characters values (1, 'Wade', ${pg ? "true" : "1"}, 1), (2, 'Art3mis', ${pg ? "true" : "1"}, 1), (3, 'Ward', ${pg ? "false" : "0"}, 2), (4, 'Ripley', null, 3), (5, 'Nobody', null, null)`,
    `insert into distributors values (1, 'Netflix', 2)`,
    `insert into actors values (1, 'Tyler'), (2, 'Will'), (3, 'Sigourney'), (4, 'Idle')`,
    `insert into movies_actors values (1, 1, 1), (2, 2, 2), (3, 3, 3), (4, 2, 1)`,
    `insert into categories values (1, 'all', null), (2, 'books', 1), (3, 'films', 1), (4, 'comics', 2)`,
    `insert into "order""s" values (1, 'a', 1), (2, 'b', 2)`,
  ]);
}

async function run(repo: Repo, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await repo.query(statement);
}
