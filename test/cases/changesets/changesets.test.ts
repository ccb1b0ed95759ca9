import {
  ArgumentError,
  type Built,
  CastError,
  cast,
  change,
  Changeset,
  type ChangesetError,
  embeddedSchema,
  field,
  InvalidChangesetError,
  isChangeset,
  meta,
  NotLoadedError,
  type Params,
  putMeta,
  type Repo,
  schema,
  StaleEntryError,
} from "ectype";
import { inspect as show } from "node:util";
import { beforeAll, beforeEach, describe, expect, expectTypeOf, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { Actor, Address, Character, clear, Distributor, films, Movie, setUp, User } from "../../support/movies.ts";

class Post extends schema("posts", {
  title: field.string(),
  body: field.text(),
  views: field.integer(),
  price: field.decimal(),
  tags: field.array(field.string()),
  published: field.boolean(),
  lockVersion: field.integer({ default: 1 }),
  password: field.string({ redact: true }),
}) {}
const post = () => Post.build();
const messages = (cs: { errors: readonly ChangesetError[] }) => cs.errors.map(({ field: name, message }) => [name, message]);

describe("a changeset", () => {
  test("comes from change and cast, of a struct, a changeset, or data and types", () => {
    const cs = cast(post(), { title: "a", views: "3", other: 1 }, ["title", "views"]);
    expect([cs.valid, cs.changes, cs.params, cs.action]).toEqual([
      true,
      { title: "a", views: 3 },
      { title: "a", views: "3", other: 1 },
      null,
    ]);
    expect(isChangeset(cs)).toBe(true);
    expect(cs).toBeInstanceOf(Changeset);
    expect(cast(cs, { body: "b" }, ["body"]).changes).toEqual({ title: "a", views: 3, body: "b" });
    expect(change(post(), { title: "x" }).changes).toEqual({ title: "x" });
    expect(change(change(post(), { title: "x" }), { views: 1 }).changes).toEqual({ title: "x", views: 1 });
    const loose = cast({ data: { name: "old" }, types: { name: "string", age: "integer" } }, { age: "7", name: "old" }, ["name", "age"]);
    expect([loose.valid, loose.changes]).toEqual([true, { age: 7 }]);
    expect(loose.applyChanges()).toEqual({ name: "old", age: 7 });
    // @ts-expect-error no such field
    expect(() => cast(post(), {}, ["titel"])).toThrow(/titel.*"title"|"title"/);
    // @ts-expect-error no such field
    expect(() => change(post(), { titel: "x" })).toThrow(/titel/);
    // @ts-expect-error no number
    change(post(), { views: "x" });
    expect(() => cast(post(), null as never, ["title"])).toThrow(/params/i);
    expect(() => cast(post(), [] as never, ["title"])).toThrow(CastError);
    expect(() => cast({} as never, {}, [])).toThrow(ArgumentError);
    expect(() => cast(null as never, {}, [])).toThrow(ArgumentError);
  });

  test("is immutable", () => {
    const first = change(post(), { title: "a" });
    const second = first.putChange("title", "b").addError("title", "is odd");
    expect([first.changes.title, first.valid, second.changes.title, second.valid]).toEqual(["a", true, "b", false]);
  });

  test("has Ecto's properties", () => {
    const cs = cast(post(), { title: "" }, ["title"]);
    for (const key of [
      "valid",
      "data",
      "changes",
      "errors",
      "params",
      "action",
      "types",
      "constraints",
      "validations",
      "required",
      "filters",
      "emptyValues",
      "repo",
      "repoOpts",
      "prepare",
    ])
      expect([key, key in cs]).toEqual([key, true]);
    expect(cs.required).toEqual([]);
    expect(cs.validateRequired("title").required).toEqual(["title"]);
    expect(cs.emptyValues).toHaveLength(1);
    expect([cs.repo, cs.prepare, cs.constraints, cs.filters, cs.repoOpts]).toEqual([null, [], [], {}, {}]);
  });

  test("cast: empty values, keys, forms, options", () => {
    expect(cast(post(), { title: "  ", body: "" }, ["title", "body"]).changes).toEqual({});
    expect(cast(Post.build({ title: "a" }), { title: "" }, ["title"]).changes).toEqual({ title: null });
    expect(cast(post(), { title: "" }, ["title"], { emptyValues: [] }).changes).toEqual({ title: "" });
    expect(cast(Post.build({ title: "a" }), { title: "a" }, ["title"]).changes).toEqual({});
    expect(cast(Post.build({ title: "a" }), { title: "a" }, ["title"], { forceChanges: true }).changes).toEqual({ title: "a" });
    expect(cast(post(), { views: undefined, title: "x" }, ["title", "views"]).changes).toEqual({ title: "x" });
    const wrong = cast(post(), { views: "many" }, ["views"]);
    expect(wrong.errors).toMatchObject([{ field: "views", message: "is invalid", validation: "cast", type: "integer" }]);
    expect(cast(post(), { views: "many" }, ["views"], { message: (name: string) => `${name} what?` }).errors[0]?.message).toBe(
      "views what?",
    );
    const form = new FormData();
    form.append("title", "t");
    form.append("tags[]", "a");
    form.append("tags[]", "b");
    expect(cast(post(), form, ["title", "tags"]).changes).toEqual({ title: "t", tags: ["a", "b"] });
    expect(cast(post(), new URLSearchParams("title=t&views=4&published=true"), ["title", "views", "published"]).changes).toEqual({
      title: "t",
      views: 4,
      published: true,
    });
  });

  test("errors are data, and traverseErrors makes the texts", () => {
    const cs = cast(post(), { title: "a", views: -1 }, ["title", "views"])
      .validateLength("title", { min: 2 })
      .validateNumber("views", { greaterThan: 0 });
    expect(cs.errors).toEqual(
      expect.arrayContaining([
        {
          field: "title",
          message: "should be at least %{count} character(s)",
          count: 2,
          validation: "length",
          kind: "min",
          type: "string",
        },
        { field: "views", message: "must be greater than %{number}", number: 0, validation: "number", kind: "greaterThan" },
      ]),
    );
    expect(cs.traverseErrors()).toEqual({ title: ["should be at least 2 character(s)"], views: ["must be greater than 0"] });
    expect(cs.traverseErrors(({ message }) => message.toUpperCase())).toEqual({
      title: ["SHOULD BE AT LEAST %{COUNT} CHARACTER(S)"],
      views: ["MUST BE GREATER THAN %{NUMBER}"],
    });
    expect(post() && change(post()).traverseErrors()).toEqual({});
  });

  test("validations", () => {
    const base = (params: Params) => cast(post(), params, ["title", "body", "views", "price", "tags", "published"]);
    expect(messages(base({}).validateRequired(["title", "body"]))).toEqual(
      expect.arrayContaining([
        ["title", "can't be blank"],
        ["body", "can't be blank"],
      ]),
    );
    expect(messages(base({}).validateRequired("title", { message: "is missing" }))).toEqual([["title", "is missing"]]);
    const lengths: [object, string][] = [
      [{ is: 2 }, "should be %{count} character(s)"],
      [{ min: 5 }, "should be at least %{count} character(s)"],
      [{ max: 2 }, "should be at most %{count} character(s)"],
    ];
    for (const [options, message] of lengths)
      expect(messages(base({ title: "abc" }).validateLength("title", options))).toEqual([["title", message]]);
    expect(messages(base({ tags: ["a"] }).validateLength("tags", { min: 2 }))).toEqual([["tags", "should have at least %{count} item(s)"]]);
    expect(base({ title: "e\u0301" }).validateLength("title", { is: 1 }).valid).toBe(true);
    expect(base({ title: "e\u0301" }).validateLength("title", { is: 2, count: "codepoints" }).valid).toBe(true);
    expect(base({ title: "e\u0301" }).validateLength("title", { is: 3, count: "bytes" }).valid).toBe(true);
    const numbers: [object, string][] = [
      [{ lessThan: 5 }, "must be less than %{number}"],
      [{ greaterThan: 5 }, "must be greater than %{number}"],
      [{ lessThanOrEqualTo: 4 }, "must be less than or equal to %{number}"],
      [{ greaterThanOrEqualTo: 6 }, "must be greater than or equal to %{number}"],
      [{ equalTo: 4 }, "must be equal to %{number}"],
      [{ notEqualTo: 5 }, "must be not equal to %{number}"],
    ];
    for (const [options, message] of numbers)
      expect(messages(base({ views: 5 }).validateNumber("views", options))).toEqual([["views", message]]);
    expect(base({ price: "5.00" }).validateNumber("price", { equalTo: 5 }).valid).toBe(true);
    expect(() => base({ views: 5 }).validateNumber("views", { lessThen: 5 } as never)).toThrow(/lessThen/);
    expect(() => base({ title: "x" }).validateLength("title", { minimum: 5 } as never)).toThrow(/minimum/);
    expect(messages(base({ title: "a" }).validateFormat("title", /b/))).toEqual([["title", "has invalid format"]]);
    const global = /a/g;
    expect([1, 2, 3].map(() => base({ title: "a" }).validateFormat("title", global).valid)).toEqual([true, true, true]);
    expect(messages(base({ title: "a" }).validateInclusion("title", ["b"]))).toEqual([["title", "is invalid"]]);
    expect(messages(base({ title: "a" }).validateExclusion("title", ["a"]))).toEqual([["title", "is reserved"]]);
    expect(messages(base({ tags: ["a", "z"] }).validateSubset("tags", ["a"]))).toEqual([["tags", "has an invalid entry"]]);
    expect(messages(cast(post(), { title: "a", titleConfirmation: "b" }, ["title"]).validateConfirmation("title"))).toEqual([
      ["titleConfirmation", "does not match confirmation"],
    ]);
    expect(messages(cast(post(), { published: "false" }, ["published"]).validateAcceptance("published"))).toEqual([
      ["published", "must be accepted"],
    ]);
    expect(
      base({ title: "a" }).validateChange("title", (name, value) => [`${name} ${value} no`, { message: "twice", extra: 1 }]).errors,
    ).toMatchObject([{ message: "title a no" }, { message: "twice", extra: 1 }].sort());
    expect(() => base({}).validateRequired("titel" as never)).toThrow(/titel/);
    expect(() => base({ title: "a" }).validateInclusion("title", "abc" as never)).toThrow(ArgumentError);
    expect(() => base({ title: "a" }).validateFormat("title", "abc" as never)).toThrow(ArgumentError);
  });

  test("reading and editing changes", () => {
    const cs = change(Post.build({ title: "old", views: 1 }), { title: "new" });
    expect([
      cs.getField("title"),
      cs.getField("views"),
      cs.getChange("title"),
      cs.getChange("views"),
      cs.getChange("views", 9 as never),
    ]).toEqual(["new", 1, "new", null, 9]);
    expect(cs.fetchField("title")).toMatchObject({ ok: true, value: "new", source: "changes" });
    expect(cs.fetchField("views")).toMatchObject({ ok: true, value: 1, source: "data" });
    expect([cs.fetchChange("title"), cs.fetchChange("views").ok]).toEqual([{ ok: true, value: "new" }, false]);
    expect([
      cs.changed("title"),
      cs.changed("views"),
      cs.changed("title", { from: "old", to: "new" }),
      cs.changed("title", { to: "x" }),
    ]).toEqual([true, false, true, false]);
    expect(cs.putChange("title", "old").changes).toEqual({});
    expect(cs.forceChange("views", 1).changes).toEqual({ title: "new", views: 1 });
    expect(cs.deleteChange("title").changes).toEqual({});
    expect(cs.updateChange("title", (title) => `${title}!`).changes).toEqual({ title: "new!" });
    expect([change(post()).fieldMissing("title"), cs.fieldMissing("title")]).toEqual([true, false]);
    expect(cs.merge(change(cs.data, { body: "b" })).changes).toEqual({ title: "new", body: "b" });
    expect(cs.applyChanges()).toMatchObject({ title: "new", views: 1 });
    expect(cs.applyAction("update")).toMatchObject({ ok: true, value: { title: "new" } });
    const bad = cs.addError("title", "is odd", { why: "so" });
    expect(bad.applyAction("update")).toMatchObject({
      ok: false,
      error: { action: "update", errors: [{ field: "title", message: "is odd", why: "so" }] },
    });
    expect(() => bad.applyActionOrThrow("update")).toThrow(InvalidChangesetError);
    expect(cs.pipe((same) => same.changes.title)).toBe("new");
    expect(() => cs.getField("titel" as never)).not.toThrow(TypeError);
    expect(() => cs.putChange("titel" as never, 1 as never)).toThrow(/titel/);
  });

  test("prints as Ecto prints it, without what is redacted", () => {
    const cs = change(Movie.build(), { title: "x" });
    expect(show(cs).replace(/\s+/g, " ")).toBe(
      '#Changeset<action: null, changes: { title: "x" }, errors: [], data: #Movie<>, valid: true>',
    );
    expect(show(change(Movie.build()))).toBe("#Changeset<action: null, changes: {}, errors: [], data: #Movie<>, valid: true>");
    expect(show(change(post(), { password: "secret" }))).not.toMatch(/secret/);
    expect(show(change(post(), { password: "secret" }))).toMatch(/\*\*redacted\*\*/);
    expect(show(cs.addError("title", "no")).replace(/\s+/g, " ")).toMatch(/errors: \[.*title.*no.*\], data: #Movie<>, valid: false>/s);
  });

  test("putAssoc compiles only where the association is loaded, and throws NotLoadedError otherwise", () => {
    const loaded = putMeta(Movie.build({ id: 1 }), { state: "loaded" }) as unknown as Movie;
    // @ts-expect-error not preloaded
    expect(() => change(loaded).putAssoc("actors", [])).toThrow(NotLoadedError);
    // @ts-expect-error not preloaded
    expect(() => change(loaded).putAssoc("actors", [])).toThrow(/actors.*preload/s);
    // @ts-expect-error not preloaded
    expect(() => cast(loaded, { actors: [] }, []).castAssoc("actors")).toThrow(NotLoadedError);
    const cs = change(Movie.build()).putAssoc("actors", [Actor.build({ name: "a" }), change(Actor.build(), { name: "b" }), { name: "c" }]);
    expect(cs.changes.actors?.map((one) => [one.action, one.getField("name")])).toEqual([
      ["insert", "a"],
      ["insert", "b"],
      ["insert", "c"],
    ]);
    // @ts-expect-error a distributor is no actor
    expect(() => change(Movie.build()).putAssoc("actors", [Distributor.build()])).toThrow(ArgumentError);
    // @ts-expect-error no such association
    expect(() => change(Movie.build()).putAssoc("actor", [])).toThrow(/actor/);
    expect(cs.getAssoc("actors").map((one) => one.valid)).toEqual([true, true, true]);
    expect(cs.getAssoc("actors", "struct").map((one) => one.name)).toEqual(["a", "b", "c"]);
    expectTypeOf(cs.applyChanges().actors).toEqualTypeOf<Actor[]>();
  });

  test("castAssoc uses the target's changeset, or with; sorts, drops, requires", () => {
    const movie = Movie.build();
    const cs = Movie.withCast(movie, { title: "x", actors: [{ name: "a" }, { name: "" }] });
    expect([cs.valid, cs.traverseErrors()]).toEqual([false, { actors: [{}, { name: ["can't be blank"] }] }]);
    const own = cast(movie, { actors: [{ name: "a" }, { name: "b" }] }, []).castAssoc("actors", {
      with: (actor, params, position) => cast(actor, params, ["name"]).putChange("name", `${(params as { name: string }).name}${position}`),
    });
    expect(own.getAssoc("actors", "struct").map((one) => one.name)).toEqual(["a0", "b1"]);
    const sorted = cast(
      movie,
      { actors: { 0: { name: "a" }, 1: { name: "b" }, 2: { name: "c" } }, order: [2, 0, 1], gone: [0] },
      [],
    ).castAssoc("actors", { sortParam: "order", dropParam: "gone" });
    expect(sorted.getAssoc("actors", "struct").map((one) => one.name)).toEqual(["c", "b"]);
    expect(messages(cast(movie, {}, []).castAssoc("actors", { required: true }))).toEqual([["actors", "can't be blank"]]);
    expect(messages(cast(movie, { actors: "x" }, []).castAssoc("actors", { invalidMessage: "is odd" }))).toEqual([["actors", "is odd"]]);
    expect(() => change(movie).castAssoc("actors")).toThrow(/cast/);
    expect(() => cast(movie, { distributor: { name: "x" } }, []).castAssoc("distributor")).toThrow(/Distributor.*changeset|with/s);
    expect(() => cast(movie, { actors: [] }, []).castAssoc("actors", { wth: () => change(Actor.build()) } as never)).toThrow(/wth/);
  });

  test("castEmbed and putEmbed", () => {
    const cs = cast(User.build({ email: "e" }), { address: { city: "c" }, places: [{ city: "p" }, {}] }, [])
      .castEmbed("address")
      .castEmbed("places");
    expect(cs.traverseErrors()).toEqual({ places: [{}, { city: ["can't be blank"] }] });
    const put = change(User.build({ email: "e" }))
      .putEmbed("address", { city: "x" })
      .putEmbed("places", [Address.build({ city: "y" })]);
    expect([put.getEmbed("address", "struct")?.city, put.getEmbed("places", "struct").map((one) => one.city)]).toEqual(["x", ["y"]]);
    expect(() => change(User.build()).putEmbed("email" as never, null as never)).toThrow(ArgumentError);
  });

  test("constraints are declared by name", () => {
    const cs = change(Character.build())
      .uniqueConstraint("name")
      .uniqueConstraint(["name", "movieId"], { errorKey: "name", message: "taken" })
      .foreignKeyConstraint("movieId")
      .assocConstraint("movie")
      .checkConstraint("name", { name: "name_ok" })
      .exclusionConstraint("name");
    expect(cs.constraints.map(({ constraint, field: name }) => [constraint, name])).toEqual(
      expect.arrayContaining([
        ["characters_name_index", "name"],
        ["characters_name_movie_id_index", "name"],
        ["characters_movie_id_fkey", "movieId"],
        ["characters_movie_id_fkey", "movie"],
        ["name_ok", "name"],
        ["characters_name_exclusion", "name"],
      ]),
    );
    expect(change(Movie.build()).noAssocConstraint("characters").constraints[0]?.constraint).toBe("characters_movie_id_fkey");
    expect(() => change(Character.build()).checkConstraint("name", {} as never)).toThrow(/name/);
    expect(() => change(Character.build()).uniqueConstraint("nam" as never)).toThrow(/nam/);
    expect(() => change(Character.build()).assocConstraint("movy" as never)).toThrow(/movy/);
    expect(() => change(Character.build()).uniqueConstraint("name", { match: "odd" } as never)).toThrow(/match/);
  });

  test("a generic changeset function keeps what is loaded", () => {
    const built: Built<Movie> = Movie.build();
    const cs = Movie.changeset(built, { title: "x" });
    expectTypeOf(cs.data).toEqualTypeOf<Built<Movie>>();
    expect(cs.putAssoc("actors", []).valid).toBe(true);
  });

  test("embedded schemas have changesets of their own", () => {
    class Search extends embeddedSchema({ text: field.string(), page: field.integer({ default: 1 }) }, { primaryKey: false }) {}
    const found = cast(Search.build(), { text: "x", page: "2" }, ["text", "page"]).applyAction("search");
    expect(found.ok && { ...found.value }).toEqual({ text: "x", page: 2 });
  });
});

describe.each(databases)("changesets on $label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRepo(database);
    await setUp(repo);
    await repo.query("create unique index characters_name_index on characters (name)");
  });
  beforeEach(() => clear(repo));

  test("a declared constraint becomes an error, an undeclared one throws", async () => {
    await repo.insertOrThrow(Character.build({ name: "Wade" }));
    const refused = await repo.insert(change(Character.build(), { name: "Wade" }).uniqueConstraint("name"));
    expect(refused.ok).toBe(false);
    if (refused.ok) return;
    expect(refused.error.errors).toMatchObject([
      {
        field: "name",
        message: "has already been taken",
        constraint: "unique",
        constraintName: expect.stringMatching(/characters_name_index|name/),
      },
    ]);
    await expect(repo.insert(Character.build({ name: "Wade" }))).rejects.toMatchObject({
      code: "CONSTRAINT",
      kind: "unique",
      message: expect.stringMatching(/uniqueConstraint/),
    });
    const taken = await change(Character.build(), { name: "Wade" }).unsafeValidateUnique("name", repo);
    expect(messages(taken)).toEqual([["name", "has already been taken"]]);
    expect((await change(Character.build(), { name: "Other" }).unsafeValidateUnique(["name"], repo)).valid).toBe(true);
  });

  test("prepareChanges runs in the transaction, optimisticLock refuses the second writer", async () => {
    const made = await repo.insertOrThrow(
      change(Movie.build(), { title: "x" }).prepareChanges((cs) => {
        expect((cs.repo as unknown as Repo).inTransaction()).toBe(true);
        return cs.putChange("tagline", "prepared");
      }),
    );
    expect(made.tagline).toBe("prepared");
    const user = await repo.insertOrThrow(User.build({ email: "e" }));
    const first = change(user, { nick: "a" }).optimisticLock("visits");
    const second = change(user, { nick: "b" }).optimisticLock("visits");
    expect((await repo.updateOrThrow(first)).visits).toBe(2);
    await expect(repo.update(second)).rejects.toThrow(StaleEntryError);
  });

  test("nested writes: belongsTo first, children after, and what is left out meets onReplace", async () => {
    const { one } = await films(repo);
    const movie = await repo.preload(await repo.getOrThrow(Movie, one.id), ["actors", "characters"]);
    const updated = await repo.updateOrThrow(change(movie).putAssoc("actors", [...movie.actors, { name: "Gary" }]));
    expect(updated.actors.map((actor) => actor.name)).toEqual(["Tyler", "Gary"]);
    expect(meta(updated.actors[1] as Actor).state).toBe("loaded");
    expect(() => change(movie).putAssoc("characters", [])).toThrow(/onReplace/);
    const failed = await repo.update(
      cast(movie, { actors: [{ name: "" }] }, []).pipe((cs) =>
        cs.putAssoc("actors", [...movie.actors, change(Actor.build()).addError("name", "is bad")]),
      ),
    );
    expect(!failed.ok && failed.error.traverseErrors()).toEqual({ actors: [{}, { name: ["is bad"] }] });
    const character = await repo.insertOrThrow(change(Character.build({ name: "z" })).putAssoc("movie", { title: "Parent" }));
    expect([character.movie?.title, character.movieId]).toEqual(["Parent", character.movie?.id]);
  });

  test("embeds are written, kept by key, and replaced as onReplace says", async () => {
    const user = await repo.insertOrThrow(
      cast(User.build({ email: "e" }), { address: { city: "c" }, places: [{ city: "a" }, { city: "b" }] }, [])
        .castEmbed("address")
        .castEmbed("places"),
    );
    expect(user.places.map((place) => place.city)).toEqual(["a", "b"]);
    expect(user.places[0]?.id).toMatch(/^[0-9a-f-]{36}$/);
    const next = await repo.updateOrThrow(
      cast(user, { address: { city: "d" }, places: [{ id: user.places[1]?.id, city: "B" }] }, [])
        .castEmbed("address")
        .castEmbed("places"),
    );
    const found = await repo.getOrThrow(User, user.id);
    expect([found.address?.city, found.address?.id, found.places.map(({ id, city }) => [id, city])]).toEqual([
      "d",
      user.address?.id,
      [[user.places[1]?.id, "B"]],
    ]);
    expect(next.places).toHaveLength(1);
  });
});
