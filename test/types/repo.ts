// The calls of the repo: what they give back is what is there, and names and values are those of the schema.
import {
  belongsTo,
  type Built,
  change,
  type Changeset,
  type Decimal,
  embeddedSchema,
  embedsMany,
  embedsOne,
  err,
  field,
  from,
  hasMany,
  type InstanceOf,
  max,
  ok,
  type Persisted,
  placeholder,
  type Preloaded,
  type Repo,
  type Result,
  schema,
  type AnySchema,
  sql,
  subquery,
} from "../../src/index.ts";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const is = <T extends true>(): T | undefined => undefined;

class Home extends embeddedSchema({ street: field.string() }) {}
class Movie extends schema("movies", {
  title: field.string({ null: false }),
  year: field.integer(),
  price: field.decimal(),
  home: embedsOne(() => Home),
  places: embedsMany(() => Home),
  characters: () => hasMany(Character),
}) {}
class Character extends schema("characters", { name: field.string(), movie: () => belongsTo(Movie) }) {}
class Token extends schema("tokens", { text: field.string() }, { primaryKey: { key: field.uuid() } }) {}
class Seat extends schema("seats", { label: field.string() }, { primaryKey: { hall: field.string(), no: field.integer() } }) {}
class Detail extends schema("details", { token: () => belongsTo(Token, { primaryKey: true }) }, { primaryKey: false }) {}
class Member extends schema(
  "members",
  { movie: () => belongsTo(Movie, { primaryKey: true }), token: () => belongsTo(Token, { primaryKey: true }) },
  { primaryKey: false },
) {}

declare const repo: Repo;
declare const movie: Movie;
declare const loaded: Preloaded<Movie, { characters: "movie" }>;

export async function reads() {
  // A table with a schema's rows, and what a query selects.
  is<Equal<Awaited<ReturnType<typeof all>>, Movie[]>>();
  const all = () => repo.all(["old_movies", Movie]);
  const one: Movie | null = await repo.one(["old_movies", Movie]);
  const perhaps: Movie | null = await repo.getBy(["old_movies", Movie], { id: "1" });
  for await (const each of repo.stream(["old_movies", Movie])) each.title.trim();

  // Keys: the value, or the text of it; a key of several fields is no key to get by.
  await repo.get(Movie, "1");
  await repo.get(Token, "x");
  await repo.get(Detail, "x");
  await repo.getOrThrow(from(Movie).preload("characters"), 1);
  // @ts-expect-error the key is a number
  await repo.get(Movie, true);
  // @ts-expect-error the key has two fields
  await repo.get(Seat, "A");
  // @ts-expect-error nor has this one a single field
  await repo.getOrThrow(Member, 1);

  // Equalities: the key may be text.
  await repo.getBy(Movie, { id: "1", title: "x" });
  await repo.getBy(Token, { key: "x" });
  const found: Preloaded<Movie, "characters"> | null = await repo.getBy(from(Movie).preload("characters"), { id: "1" });
  // @ts-expect-error a number belongs here
  await repo.getBy(Movie, { year: "1999" });
  // @ts-expect-error no such field
  await repo.allBy(Movie, { titel: "x" });
  // @ts-expect-error no such field of the query's rows
  await repo.getByOrThrow(from(Movie), { titel: "x" });
  // What is expected of a result does not decide what it is.
  // @ts-expect-error nothing is preloaded
  const more: Preloaded<Movie, "characters"> | null = await repo.getBy(Movie, { id: 1 });

  // Aggregates follow the field.
  is<Equal<Awaited<ReturnType<typeof greatest>>, number | null>>();
  const greatest = () => repo.aggregate(from(Movie).where({ title: "x" }), "max", "year");
  const mean: number | Decimal | null = await repo.aggregate(Movie, "avg", "year");
  const sum: Decimal | null = await repo.aggregate(Movie, "sum", "price");
  const count: number = await repo.aggregate("movies", "count");
  const years: number = await repo.aggregate(from(Movie).join("characters"), "count", "year");
  await repo.aggregate(Movie, "count", undefined, { log: false });
  await repo.aggregate(Movie, "count", { log: false });
  // @ts-expect-error no such field
  await repo.aggregate(Movie, "count", "yeer");
  const named: number | null = await repo.aggregate(
    from(Movie).select((m) => ({ twice: m.year.mul(2) })),
    "sum",
    "twice",
  );
  // @ts-expect-error no such field of the query
  await repo.aggregate(from(Movie), "max", "yeer");

  // What is read anew has nothing preloaded.
  is<Equal<Awaited<ReturnType<typeof again>>, Movie | null>>();
  const again = () => repo.reload(loaded);
  const list: (Movie | null)[] = await repo.reload([loaded]);
  const thrown: Movie = await repo.reloadOrThrow(loaded);
  // @ts-expect-error not loaded any more
  (await repo.reloadOrThrow(loaded)).characters.length;

  // Rows of SQL are what the caller says.
  const { rows } = await repo.query<[id: number, title: string]>("SELECT id, title FROM movies");
  is<Equal<(typeof rows)[number], [id: number, title: string]>>();
  const [id, title] = rows[0] ?? [0, ""];
  const raw: unknown = (await repo.query("SELECT 1")).rows[0]?.[0];
  // @ts-expect-error a row is a list
  await repo.query<{ id: number }>("SELECT id FROM movies");
  return [one, perhaps, found, more, named, mean, sum, count, years, list, thrown, id, title, raw];
}

/** A repository of one's own, for any schema. */
export async function any<S extends AnySchema>(which: S, text: string): Promise<InstanceOf<S>[]> {
  const first: InstanceOf<S> | null = await repo.get(which, text as never);
  const by: InstanceOf<S> | null = await repo.getBy(which, { id: 1 } as never);
  return [...(await repo.all(which)), ...(first ? [first] : []), ...(by ? [by] : [])];
}

export async function preloads() {
  const one = await repo.preload(movie, "characters");
  is<Equal<(typeof one)["characters"], Character[]>>();
  // A list with nulls in it keeps them.
  const some = await repo.preload([movie, null], { characters: "movie" });
  const none: null = await repo.preload(null, [] as never);
  some[0]?.characters[0]?.movie?.title;
  // @ts-expect-error it may be null
  some[0].characters;
  const maybe = await repo.preload(await repo.get(Movie, 1), "characters");
  maybe?.characters.length;
  // @ts-expect-error it may be null
  maybe.characters;
  return none;
}

export async function writes() {
  const row: Movie = await repo.insertOrThrow(Movie.build());
  const changed: Result<Movie, Changeset<Movie>> = await repo.update(change(movie, { year: 1 }));
  // @ts-expect-error the options name fields
  await repo.insert(Movie.build(), { returning: ["titel"] });
  // @ts-expect-error the options name fields
  await repo.update(change(movie), { staleErrorField: "titel" });
  // @ts-expect-error the options name fields
  await repo.insert(Movie.build(), { onConflict: "replaceAll", conflictTarget: "titel" });
  // @ts-expect-error the options name fields
  await repo.insert(Movie.build(), { onConflict: { replace: ["titel"] }, conflictTarget: ["title"] });
  // @ts-expect-error the options name fields
  await repo.insert(Movie.build(), { onConflict: { replaceAllExcept: ["titel"] } });
  // @ts-expect-error and values of their types
  await repo.insert(Movie.build(), { onConflict: { set: { year: "x" } }, conflictTarget: "title" });
  await repo.insert(Movie.build(), { onConflict: { set: { year: 1 }, inc: { year: 1 } }, conflictTarget: ["title"], returning: ["year"] });
  await repo.insert(Movie.build(), { onConflict: from(Movie).update({ set: { year: 1 } }), conflictTarget: { constraint: "x" } });
  await repo.insert(Movie.build(), { onConflict: "nothing", conflictTarget: sql.unsafe("(lower(title))") });

  // Where a row that is there already is left alone, there is no key.
  const left = await repo.insertOrThrow(Movie.build(), { onConflict: "nothing" });
  is<Equal<(typeof left)["id"], number | null>>();
  is<Equal<(typeof left)["title"], string>>();
  const replaced = await repo.insertOrThrow(Movie.build(), { onConflict: "replaceAll", conflictTarget: "title" });
  is<Equal<(typeof replaced)["id"], number>>();
  const token = await repo.insertOrThrow(Token.build(), { onConflict: "nothing" });
  is<Equal<(typeof token)["key"], string | null>>();
  // @ts-expect-error its key may be missing
  const whole: Movie = left;
  const either = { onConflict: Math.random() > 0.5 ? ("nothing" as const) : ("raise" as const) };
  is<Equal<Awaited<ReturnType<typeof unsure>>["id"], number | null>>();
  const unsure = () => repo.insertOrThrow(Movie.build(), either);

  // What a result is expected to be does not decide what was loaded.
  // @ts-expect-error nothing was put
  const untrue: Preloaded<Movie, "characters"> = await repo.insertOrThrow(Movie.build());
  // @ts-expect-error a struct is no change
  await repo.update(movie);
  return [row, changed, whole, untrue] satisfies unknown[];
}

export async function bulk(home: Built<Home>) {
  // Rows have the schema's fields.
  await repo.insertAll(Movie, [{ title: "x", year: null, home, places: [home], price: subquery(from(Movie).select((m) => max(m.price))) }]);
  await repo.insertAll(Movie, [{ title: placeholder("t") }], { placeholders: { t: "x" } });
  await repo.insertAll(["old_movies", Movie], [{ title: "x" }]);
  await repo.insertAll("movies", [{ anything: 1 }]);
  await repo.insertAll(Movie, from(Movie).select(["title"]));
  // A query's objects have the fields' names, too.
  await repo.insertAll(
    Movie,
    from(Character).select((c) => ({ title: c.name, year: sql`1` })),
  );
  await repo.insertAll(
    "movies",
    from(Character).select((c) => ({ anything: c.name })),
  );
  await repo.insertAll(["old_movies", Movie], from(Movie));
  await repo.insertAll(
    Movie,
    // @ts-expect-error no such field
    from(Character).select((c) => ({ title: c.name, yeer: c.id })),
  );
  // @ts-expect-error no such field
  await repo.insertAll(Movie, [{ titel: "x" }]);
  // @ts-expect-error a number belongs here
  await repo.insertAll(Movie, [{ year: "x" }]);
  // @ts-expect-error never null
  await repo.insertAll(Movie, [{ title: null }]);
  // @ts-expect-error no such field in the other table either
  await repo.insertAll(["old_movies", Movie], [{ titel: "x" }]);
  // @ts-expect-error no such field to give back
  await repo.insertAll(Movie, [], { returning: ["titel"] });
  // @ts-expect-error no such field to conflict on
  await repo.insertAll(Movie, [], { onConflict: "nothing", conflictTarget: ["titel"] });
  // @ts-expect-error no such field to replace
  await repo.insertAll(Movie, [], { onConflict: { replace: ["titel"] } });

  // What is given back, and nothing unless it is asked for.
  const rows = await repo.insertAll(Movie, [{ title: "x" }], { returning: ["id", "title"] });
  is<Equal<typeof rows.rows, Pick<Movie, "id" | "title">[]>>();
  const wholes = await repo.insertAll(Movie, [], { returning: true });
  is<Equal<typeof wholes.rows, Movie[]>>();
  const nothing = await repo.insertAll(Movie, []);
  is<Equal<typeof nothing.rows, null>>();
  const maybe = await repo.insertAll(Movie, [], { returning: Math.random() > 0.5 });
  is<Equal<typeof maybe.rows, Movie[] | null>>();
  const picked = await repo.insertAll(Movie, [], { returning: (m) => ({ id: m.id }) });
  is<Equal<typeof picked.rows, { id: number }[]>>();

  await repo.updateAll(Movie, { set: { year: 1, home, places: [home] } });
  await repo.updateAll(from(Movie).join("characters"), (m, { characters }) => ({ set: { title: characters.name, year: m.year.add(1) } }));
  await repo.updateAll("movies", { set: { anything: 1 } });
  // @ts-expect-error no such field
  await repo.updateAll(from(Movie).where({ id: 1 }), { set: { titel: "x" } });
  // @ts-expect-error a number belongs here
  await repo.updateAll(from(Movie), { set: { year: "x" } });
  // @ts-expect-error a number belongs here
  await repo.updateAll(["old_movies", Movie], { inc: { year: "x" } });
  // @ts-expect-error no such field to give back
  await repo.updateAll(from(Movie), { set: { year: 1 } }, { returning: ["titel"] });
  const updated = await repo.updateAll(from(Movie), { set: { year: 1 } }, { returning: ["id"] });
  is<Equal<typeof updated.rows, Pick<Movie, "id">[]>>();
  const selected = await repo.updateAll(
    from(Movie).select((m) => m.title),
    { set: { year: 1 } },
  );
  is<Equal<typeof selected.rows, string[] | null>>();
  const gone = await repo.deleteAll("movies");
  is<Equal<typeof gone.rows, null>>();
  const deleted = await repo.deleteAll(from(Movie), { returning: true });
  is<Equal<typeof deleted.rows, Movie[]>>();
  // @ts-expect-error no such field to give back
  await repo.deleteAll(Movie, { returning: ["titel"] });
}

export async function transactions() {
  // A function's branches may fail in different ways.
  const mixed = await repo.transact(async () => {
    if (Math.random() > 0.5) return err("late" as const);
    const saved = await repo.insert(Movie.build());
    if (!saved.ok) return saved;
    return Math.random() > 0.5 ? ok(saved.value.id) : err(404);
  });
  is<Equal<typeof mixed, Result<number, "late" | number | Changeset<Built<Movie>>>>>();
  is<Equal<Persisted<Built<Movie>>, Movie>>();
  // @ts-expect-error a Result is asked for
  await repo.transact(async () => 1);
}
