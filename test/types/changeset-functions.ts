// Changeset functions that are generic over their struct: they set and validate values by the schema's types, and keep what is loaded.
import {
  belongsTo,
  type Built,
  cast,
  change,
  type Changeset,
  embeddedSchema,
  embedsMany,
  embedsOne,
  field,
  hasMany,
  hasOne,
  manyToMany,
  Multi,
  type Params,
  type Persisted,
  type Preloaded,
  type Repo,
  schema,
  toStandardSchema,
} from "../../src/index.ts";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const is = <T extends true>(): T | undefined => undefined;

class User extends schema("users", {
  email: field.string({ null: false }),
  hash: field.string({ null: false }),
  password: field.string({ virtual: true }),
  role: field.enum(["admin", "member"], { null: false }),
  visits: field.integer({ null: false }),
  nick: field.string(),
  home: embedsOne(() => Home),
  links: embedsMany(() => Home),
  posts: () => hasMany(Post),
  profile: () => hasOne(Profile),
  teams: () => manyToMany(Team, { joinThrough: "members" }),
}) {
  static changeset<U extends User | Built<User>>(user: U, params: Params) {
    const cs = cast(user, params, ["email", "password"]).validateRequired(["email"]);
    const password = cs.getChange("password");
    return password ? cs.putChange("hash", password).validateInclusion("role", ["admin", "member"]) : cs;
  }
  static every<U extends User | Built<User>>(user: U, params: Params) {
    return cast(user, params, ["email"])
      .putChange("nick", null)
      .forceChange("role", "member")
      .updateChange("email", (email) => email.trim())
      .validateInclusion("nick", ["a", null])
      .validateExclusion("email", ["root"])
      .validateLength("email", { max: 9 })
      .optimisticLock("visits", (visits) => visits + 1)
      .change({ nick: "x", home: { street: "y" } })
      .putEmbed("home", { street: "x" })
      .castEmbed("links", { with: (link, given, at) => Home.changeset(link, given).putChange("street", String(at)) })
      .prepareChanges((prepared) => prepared.putChange("hash", prepared.getField("nick") ?? ""))
      .prepareChanges(async (prepared) => prepared.putChange("nick", null))
      .pipe(slugged);
  }
  static changed<U extends User | Built<User>>(user: U) {
    return change(user, { nick: "x", links: [{ street: "y" }] });
  }
  static withPosts<U extends Built<User> | Preloaded<User, "posts">>(user: U, params: Params) {
    return cast(user, params, ["email"])
      .castAssoc("posts", { with: (post, given) => Post.changeset(post, given).putChange("position", 1) })
      .putAssoc("posts", [{ title: "x" }, Post.build(), change(Post.build(), { title: "y" })]);
  }
  static putting<U extends Built<User> | Preloaded<User, "posts" | "profile">>(user: U) {
    return change(user, { posts: [{ title: "x" }], profile: { bio: "y" }, nick: "z" });
  }
}
class Home extends embeddedSchema({ street: field.string() }) {
  static changeset<H extends Home | Built<Home>>(home: H, params: Params) {
    return cast(home, params, ["street"]);
  }
}
class Post extends schema("posts", { title: field.string(), position: field.integer({ null: false }), user: () => belongsTo(User) }) {
  static changeset<P extends Post | Built<Post>>(post: P, params: Params) {
    return cast(post, params, ["title"]).putChange("position", 0);
  }
}
class Profile extends schema("profiles", { bio: field.string(), user: () => belongsTo(User) }) {}
class Team extends schema("teams", { name: field.string() }) {}
// Fields that have the names of a changeset's own properties, and of `{ data, types }`.
class Odd extends schema("odds", {
  data: field.json<{ a: number }>(),
  types: field.json<{ b: string }>(),
  changes: field.string(),
  valid: field.boolean(),
  errors: field.string(),
}) {}

/** A helper of one's own, for whatever changeset of a user. */
function slugged<U extends User | Built<User>>(cs: Changeset<U>) {
  const nick = cs.getChange("nick");
  return nick ? cs.putChange("nick", nick.toLowerCase()).validateFormat("nick", /x/) : cs;
}

declare const repo: Repo;
declare const user: User;
declare const loaded: Preloaded<User, ["posts", "teams"]>;
declare const both: Preloaded<User, ["posts", "profile"]>;
declare const deep: Preloaded<User, { posts: { user: "teams" } }>;
declare const params: Params;
declare const odd: Odd;
const built = User.build();

// What comes out is a changeset of what went in.
is<Equal<ReturnType<typeof User.changeset<User>>, Changeset<User, never>>>();
export const plain: Changeset<User> = User.every(user, params);
export const ofBuilt: Changeset<Built<User>> = User.every(built, params);
export const ofLoaded: Changeset<typeof loaded> = User.every(loaded, params);
export const named: Changeset<Built<User>, "posts"> = User.withPosts(built, params);
ofLoaded.putAssoc("posts", [{ title: "x" }]).putAssoc("teams", []);
User.changeset(deep, params).applyChanges().posts[0]?.user?.teams.length;
slugged(User.changed(loaded)).putAssoc("posts", []);

// What is written is what is loaded, and what was put.
export async function written() {
  const saved = await repo.updateOrThrow(User.changeset(loaded, params));
  saved.posts.map((post) => post.title);
  const inserted = await repo.insertOrThrow(User.withPosts(built, params));
  const id: number = inserted.id;
  const titles: (string | null)[] = inserted.posts.map((post) => post.title);
  // @ts-expect-error the teams are not loaded
  inserted.teams.length;
  const done = await repo.transact(new Multi().insert("user", User.every(built, params)).update("again", User.changeset(loaded, params)));
  const again: Post[] | undefined = done.ok ? done.value.again.posts : undefined;
  is<Equal<Persisted<Built<User>>, User>>();
  const checked = toStandardSchema((given) => User.changeset(User.build(), given))["~standard"].validate({});
  return [id, titles, again, checked.issues];
}

// Associations that `change` is given count as loaded, as those of putAssoc do.
export const given: [Post[], Profile | null] = [
  User.putting(both).applyChanges().posts,
  change(built, { profile: { bio: "x" } }).applyChanges().profile,
];
change(loaded, { posts: [], nick: "x" }).change({ teams: [{ name: "y" }] });
declare const some: { nick?: string; email?: string };
declare const perhaps: { posts?: { title: string }[] };
change(user, some);
// @ts-expect-error posts that may not be given would not be loaded afterwards
change(built, perhaps);
// @ts-expect-error the teams were not given
change(built, { posts: [] }).applyChanges().teams.length;

// A changeset that loads more is one that loads less; the other way round would say more than is true.
export const less: Changeset<Built<User>> = change(built, { posts: [] });
// @ts-expect-error nothing was put
export const more: Changeset<Built<User>, "posts"> = change(built);
// @ts-expect-error nothing was cast
export const alsoMore: Changeset<Built<User>, "posts"> = cast(built, params, []);
// @ts-expect-error nothing was put
export const inMethod: Changeset<Built<User>, "posts"> = change(built).change({ nick: "x" });
const either = Math.random() > 0.5 ? change(built).putAssoc("posts", []) : change(built);
// @ts-expect-error put in one of the branches alone
either.applyChanges().posts.length;
/** A helper that keeps what was put, too. */
function kept<U extends User | Built<User>, P extends string>(cs: Changeset<U, P>): Changeset<U, P> {
  return change(cast(cs, params, ["email"]).putChange("nick", "x"), { email: "y" });
}
kept(change(built, { posts: [] })).applyChanges().posts.length;
// @ts-expect-error the helper's type does not keep what was put
slugged(change(built, { posts: [] })).applyChanges().posts.length;

// Fields of any name.
change(cast(odd, params, ["data", "types"]), { valid: true, changes: "x" }).putChange("data", { a: 1 });
// @ts-expect-error a wrong value
change(odd, { data: { a: "1" } });

// Without a schema.
const search = cast({ data: {}, types: { q: "string", page: "integer" } }, params, ["q"]);
cast(change(search, { page: 1 }).putChange("page", 2).validateInclusion("q", ["a"]), params, ["page"]);
change({ data: {}, types: {} });
// @ts-expect-error no such field
search.putChange("p", 1);
// @ts-expect-error a wrong value
search.putChange("page", "1");
// @ts-expect-error a wrong value
change({ data: {}, types: { page: "integer" } }, { page: "1" });

// A value that is set has the row's type also where the struct is not inserted yet.
change(built).putChange("nick", null).putChange("email", "x");
// @ts-expect-error the field is never null
change(built).putChange("email", null);
// @ts-expect-error nor here
change(built, { email: null });

export function mistakes<U extends User | Built<User>>(one: U, other: Built<User> | Preloaded<User, "posts">) {
  const cs = cast(one, params, ["email"]);
  // @ts-expect-error no such field
  cast(one, params, ["emial"]);
  // @ts-expect-error no such field
  cs.cast(params, ["emial"]);
  // @ts-expect-error an association is cast by castAssoc
  cast(one, params, ["posts"]);
  // @ts-expect-error no such field
  cs.putChange("hsah", "x");
  // @ts-expect-error a text belongs here
  cs.putChange("hash", 1);
  // @ts-expect-error never null
  cs.putChange("email", null);
  // @ts-expect-error not one of the enum
  cs.putChange("role", "admn");
  // @ts-expect-error an association is put by putAssoc
  cs.putChange("posts", []);
  // @ts-expect-error a text belongs here
  cs.forceChange("hash", 1);
  // @ts-expect-error the function must give a text
  cs.updateChange("email", (email) => email.length);
  // @ts-expect-error the function is given a number
  cs.updateChange("visits", (visits) => visits.trim());
  // @ts-expect-error not one of the enum
  cs.validateInclusion("role", ["admn"]);
  // @ts-expect-error a text belongs here
  cs.validateExclusion("email", [1]);
  // @ts-expect-error the lock counts numbers
  cs.optimisticLock("visits", (visits) => String(visits));
  // @ts-expect-error no such field
  cs.change({ hsah: "x" });
  // @ts-expect-error a text belongs here
  cs.change({ hash: 1 });
  // @ts-expect-error no such field
  change(one, { hsah: "x" });
  // @ts-expect-error a text belongs here
  change(one, { hash: 1 });
  // @ts-expect-error a text belongs here
  change(cs, { hash: 1 });
  // @ts-expect-error the posts may not be loaded
  cs.putAssoc("posts", []);
  // @ts-expect-error the posts may not be loaded
  cs.castAssoc("posts");
  // @ts-expect-error the posts may not be loaded
  cs.getAssoc("posts");
  // @ts-expect-error the posts may not be loaded
  cs.change({ posts: [] });
  // @ts-expect-error the posts may not be loaded
  change(one, { posts: [] });
  // @ts-expect-error the posts may not be loaded
  change(cs, { posts: [] });
  // @ts-expect-error no such association
  cs.putAssoc("psots", []);
  // @ts-expect-error no such attribute
  change(other).putAssoc("posts", [{ titel: "x" }]);
  // @ts-expect-error no such attribute
  change(other, { posts: [{ titel: "x" }] });
  // @ts-expect-error the teams are not loaded
  change(other).putAssoc("teams", []);
  // @ts-expect-error a struct of another schema
  change(other).putAssoc("posts", [Team.build()]);
  // @ts-expect-error a list belongs here
  cs.putEmbed("links", { street: "x" });
  // @ts-expect-error no such attribute
  cs.putEmbed("home", { stret: "x" });
  // @ts-expect-error a plain field is no embed
  cs.putEmbed("email", "x");
  // @ts-expect-error the function must return a changeset
  cs.castEmbed("home", { with: (home) => home });
  // @ts-expect-error a wrong value in the embed's changeset
  cs.castEmbed("home", { with: (home, given) => Home.changeset(home, given).putChange("street", 1) });
  // @ts-expect-error a wrong value in the association's changeset
  change(other).castAssoc("posts", { with: (post, given) => Post.changeset(post, given).putChange("position", "1") });
  // @ts-expect-error a wrong value before the write
  cs.prepareChanges((prepared) => prepared.putChange("hash", 1));
  // @ts-expect-error a helper for another schema
  cast(Team.build(), params, []).pipe(slugged);
}
