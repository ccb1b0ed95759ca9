// A Multi: what its steps take is what the repo's calls take, and its failure is told apart by the name of the step.
import {
  belongsTo,
  buildAssoc,
  type Changeset,
  cast,
  change,
  err,
  field,
  from,
  hasMany,
  Multi,
  type MultiFailure,
  ok,
  type Params,
  type Repo,
  type Result,
  schema,
} from "../../src/index.ts";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const is = <T extends true>(): T | undefined => undefined;

class Movie extends schema("movies", {
  title: field.string({ null: false }),
  year: field.integer(),
  characters: () => hasMany(Character),
}) {}
class Character extends schema("characters", { name: field.string(), movie: () => belongsTo(Movie) }) {}

declare const repo: Repo;
declare const movie: Movie;
declare const params: Params;
type FailureOf<R> = Awaited<R> extends infer A ? (A extends { ok: false; error: infer E } ? E : never) : never;
type ValueOf<R> = Awaited<R> extends infer A ? (A extends { ok: true; value: infer V } ? V : never) : never;

export async function failures() {
  const multi = new Multi()
    .insert("movie", cast(Movie.build(), params, ["title"]))
    .insert("character", (changes) => buildAssoc(changes.movie, "characters", { name: "x" }))
    .update("again", ({ movie: made }) => change(made, { year: 1990 }))
    .all("others", Movie)
    .run("checked", async (r, changes) => {
      is<Equal<typeof r, Repo>>();
      const found = await r.get(Movie, changes.movie.id);
      // @ts-expect-error a name that the repo does not have
      r.gett(Movie, 1);
      return found === null ? err("gone" as const) : changes.others.length > 9 ? err(404) : ok(found.title);
    })
    .run("sure", (_, { checked }) => ok(checked.length))
    .put("constant", 1)
    .error("never", { reason: "stop" });
  const done = await repo.transact(multi);
  if (done.ok) {
    is<Equal<typeof done.value.sure, number>>();
    is<Equal<typeof done.value.others, Movie[]>>();
    const text: string = done.value.checked + done.value.character.movieId;
    return text;
  }
  const { error } = done;
  // steps that cannot fail are not among them
  is<Equal<typeof error.operation, "movie" | "character" | "again" | "checked" | "never">>();
  if (error.operation === "movie") {
    const changeset: Changeset<Movie> | { readonly errors: object } = error.value;
    return [changeset, error.value.getField("title"), error.value.errors, error.changes.movie?.title];
  }
  if (error.operation === "character") return error.value.getChange("name");
  if (error.operation === "again") return error.value.valid;
  if (error.operation === "checked") {
    is<Equal<typeof error.value, "gone" | 404 | number>>();
    return error.value;
  }
  is<Equal<typeof error, MultiFailure<ValueOf<typeof run>, "never", { reason: string }>>>();
  const run = repo.transact(multi);
  // @ts-expect-error there is no step of that name
  if (error.operation === "film") return null;
  return error.value.reason;
}

declare const reason: Result<number, Error>;
declare const some: boolean;

export async function together() {
  const audit = new Multi().run("audit", () => reason);
  const own = new Multi().run("own", () => err("no" as const));
  const appended = () => repo.transact(own.append(audit));
  is<Equal<FailureOf<ReturnType<typeof appended>>["operation"], "own" | "audit">>();
  const prepended = () => repo.transaction(own.prepend(audit));
  is<Equal<FailureOf<ReturnType<typeof prepended>>["value"], Error | "no">>();
  const merged = () => repo.transact(new Multi().put("n", 1).merge(audit));
  is<Equal<FailureOf<ReturnType<typeof merged>>["operation"], "audit">>();
  is<Equal<ValueOf<ReturnType<typeof merged>>["n"], number>>();
  is<Equal<ValueOf<ReturnType<typeof merged>>["audit"], number>>();
  // of a function's branches, each
  const chosen = () => repo.transact(own.merge(() => (some ? audit : new Multi().error("other", 1))));
  is<Equal<FailureOf<ReturnType<typeof chosen>>["operation"], "own" | "audit" | "other">>();
  const perhaps = () => repo.transact(own.merge(() => (some ? audit : new Multi())));
  is<Equal<FailureOf<ReturnType<typeof perhaps>>["operation"], "own" | "audit">>();
  const inspected = () => repo.transact(own.inspect({ only: "own" }));
  is<Equal<FailureOf<ReturnType<typeof inspected>>["value"], "no">>();
}

export async function unnamed(titles: string[]) {
  // steps in a loop: what is not known may fail anyhow
  let looped: Multi = new Multi();
  for (const title of titles) looped = looped.insert(`movie ${title}`, Movie.build({ title }));
  const done = await repo.transact(looped.error("last", 1));
  if (!done.ok) {
    is<Equal<typeof done.error.operation, string>>();
    is<Equal<typeof done.error.value, unknown>>();
  }
  const reduced = titles.reduce((multi, title) => multi.insert(`movie ${title}`, Movie.build({ title })), new Multi());
  const other = await repo.transact(reduced);
  if (!other.ok) is<Equal<typeof other.error.operation, `movie ${string}`>>();
  const one = await repo.transact(new Multi().insert(`movie ${titles.length}`, Movie.build({ title: "x" })));
  if (!one.ok) is<Equal<typeof one.error.operation, `movie ${number}`>>();
  const add = (multi: Multi<{ movie: Movie }>) => multi.run("more", (_, { movie: made }) => ok(made.id));
  is<Equal<FailureOf<ReturnType<typeof added>>["operation"], string>>();
  const added = () => repo.transact(add(new Multi().put("movie", movie)));
  return add(new Multi().put("movie", movie));
}

export function options() {
  new Multi()
    .insert("a", Movie.build({ title: "x" }), {
      onConflict: { replace: ["title"] },
      conflictTarget: "id",
      returning: ["year"],
      timeout: 10,
    })
    .update("b", change(movie), { force: true, staleErrorField: "title" })
    .delete("c", movie, { allowStale: true })
    .insertOrUpdate("d", change(movie), { onConflict: "nothing" })
    .insertAll("e", Movie, [{ title: "x" }], { returning: ["id"] })
    .updateAll("f", from(Movie), { set: { year: 1 } }, { returning: true })
    .updateAll("g", from(Movie), (m) => ({ inc: { year: m.id } }))
    .deleteAll("h", ({ a }) => from(Movie).where({ id: a.id }))
    .one(
      "i",
      from(Movie).select((m) => m.title),
      { log: true },
    )
    .all("j", ["old_movies", Movie])
    .exists("k", "movies")
    .insertAll("l", "movies", ({ e }) => e.rows.map(({ id }) => ({ id })))
    .run("m", (_, { e, f, h, i, j, d }) => {
      const ids: number[] = e.rows.map(({ id }) => id);
      // @ts-expect-error only the id was asked for
      e.rows[0]?.title;
      is<Equal<typeof f.rows, Movie[]>>();
      is<Equal<typeof i, string | null>>();
      is<Equal<typeof j, Movie[]>>();
      is<Equal<typeof d.id, number | null>>();
      return ok([ids, h.count]);
    });
  // @ts-expect-error an option that inserts do not have
  new Multi().insert("a", Movie.build({ title: "x" }), { onConflct: "nothing" });
  // @ts-expect-error a conflict target that is no field
  new Multi().insert("a", Movie.build({ title: "x" }), { onConflict: "nothing", conflictTarget: "titel" });
  // @ts-expect-error the same where a function makes the changeset
  new Multi().update("a", () => change(movie), { staleErrorField: "titel" });
  // @ts-expect-error a field that is not there is not read back
  new Multi().delete("a", movie, { returning: ["titel"] });
  // @ts-expect-error nothing else is known about conflicts
  new Multi().insertOrUpdate("a", change(movie), { onConflict: "nothin" });
  // @ts-expect-error a row of another shape
  new Multi().insertAll("a", Movie, [{ titel: "x" }]);
  new Multi().insertAll(
    "a",
    Movie,
    from(Character).select((c) => ({ title: c.name })),
  );
  // @ts-expect-error no such field
  new Multi().insertAll("a", Movie, from(Character).select((c) => ({ title: c.name, titel: c.name }))); // biome-ignore format: one line
  // @ts-expect-error no such field
  new Multi().insertAll("a", Movie, () => from(Character).select((c) => ({ title: c.name, titel: c.name }))); // biome-ignore format: one line
  // @ts-expect-error a field that is not there
  new Multi().insertAll("a", Movie, [{ title: "x" }], { returning: ["titel"] });
  // @ts-expect-error a field that is not there
  new Multi().updateAll("a", from(Movie), { set: { titel: "x" } });
  // @ts-expect-error a value of another type
  new Multi().updateAll("a", () => from(Movie), { set: { title: 1 } });
  // @ts-expect-error an option that deletes do not have
  new Multi().deleteAll("a", Movie, { onConflict: "nothing" });
  // @ts-expect-error a limit in milliseconds
  new Multi().all("a", Movie, { timeout: "1s" });
  // @ts-expect-error no Result
  new Multi().run("a", () => 1);
  // @ts-expect-error an update takes a changeset
  new Multi().update("a", movie);
}
