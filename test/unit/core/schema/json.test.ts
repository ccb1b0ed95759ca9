import {
  belongsTo,
  embeddedDump,
  embeddedSchema,
  embedsMany,
  embedsOne,
  field,
  hasMany,
  inspect,
  NotLoadedError,
  schema,
  SchemaError,
  toJSON,
} from "ectype";
import { describe, expect, test } from "vitest";

class Card extends embeddedSchema({ bank: field.string(), number: field.string({ redact: true }) }, { primaryKey: false }) {}
class User extends schema(
  "users",
  {
    name: field.string(),
    password: field.string({ redact: true }),
    email: field.string({ redact: true, hidden: false }),
    legacyId: field.bigint({ hidden: true }),
    size: field.bigint(),
    sizes: field.array(field.bigint()),
    avatar: field.binary(),
    typed: field.string({ virtual: true, redact: true }),
    card: embedsOne(() => Card),
    cards: embedsMany(() => Card),
    secrets: embedsOne(() => Card, { hidden: true }),
    posts: () => hasMany(Post),
    boss: () => belongsTo(User, { hidden: true }),
  },
  { timestamps: true, hidden: ["updatedAt"] },
) {}
class Post extends schema("posts", { title: field.string(), draft: field.string({ hidden: true }), user: () => belongsTo(User) }) {}

const parsed = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;
const card = () => Card.build({ bank: "b", number: "4711" }) as Card;
const user = () =>
  User.build({
    id: 1,
    name: "ada",
    password: "hash",
    email: "a@b",
    legacyId: 9n,
    bossId: 3,
    updatedAt: new Date("2026-01-01T00:00:00Z"),
    card: card(),
    cards: [card()],
  });

describe("JSON.stringify of a struct", () => {
  test("leaves out what is redacted or hidden, in embeds and lists too", () => {
    const json = {
      id: 1, name: "ada", email: "a@b", size: null, sizes: null, avatar: null, insertedAt: null,
      card: { bank: "b" }, cards: [{ bank: "b" }],
    }; // biome-ignore format: a row
    expect(parsed(user())).toEqual(json);
    expect(parsed({ users: [user()] })).toEqual({ users: [json] });
  });

  test("has loaded associations, each without its own hidden fields, and none that are not loaded", () => {
    const post = Post.build({ title: "t", draft: "d", user: User.build({ name: "n", password: "hash" }) });
    expect(parsed(Post.build({ title: "t", draft: "d" }))).toEqual({ id: null, title: "t", userId: null });
    expect(parsed(post)).toMatchObject({ title: "t", user: { name: "n" } });
    expect(JSON.stringify(post)).not.toMatch(/hash|draft|password/);
    expect(parsed(User.build({ posts: [post] }))).toMatchObject({ posts: [{ title: "t" }] });
  });

  test("has bigints as text and bytes as base64, which JSON has no form of its own for", () => {
    const struct = User.build({ size: 2n ** 60n, sizes: [1n, 2n], avatar: new Uint8Array([1, 2, 3]) });
    expect(parsed(struct)).toMatchObject({ size: "1152921504606846976", sizes: ["1", "2"], avatar: "AQID" });
  });

  test("is the method of a class where it has one", () => {
    class Own extends schema("own", { a: field.string(), b: field.string({ redact: true }) }) {
      toJSON() {
        return { only: (this as unknown as { a: string }).a };
      }
    }
    class Owner extends schema("owners", { own: () => belongsTo(Own, { foreignKey: "ownId" }) }) {}
    expect(parsed(Own.build({ a: "x", b: "y" }))).toEqual({ only: "x" });
    expect(toJSON(Owner.build({ own: Own.build({ a: "x" }) }) as never)).toMatchObject({ own: { only: "x" } });
  });

  test("of what contains itself says so", () => {
    const owner = User.build({ name: "n" });
    const post = Post.build({ title: "t", user: owner });
    (owner as { posts: unknown }).posts = [post];
    expect(() => JSON.stringify(post)).toThrow(/JSON of Post: the struct contains itself/);
    expect(toJSON(post, { only: ["title", { user: ["name"] }] })).toEqual({ title: "t", user: { name: "n" } });
    // The same struct in two places is no circle.
    const same = card();
    expect(parsed(User.build({ card: same, cards: [same, same] }))).toMatchObject({
      card: { bank: "b" },
      cards: [{ bank: "b" }, { bank: "b" }],
    });
  });

  test("does not change the data: keys, spread, clones and what an embed stores have everything", () => {
    const struct = user();
    expect(Object.keys(struct)).toContain("password");
    expect({ ...struct }.password).toBe("hash");
    expect(structuredClone({ ...struct.card })).toEqual({ bank: "b", number: "4711" });
    expect(embeddedDump(card())).toEqual({ bank: "b", number: "4711" });
    expect("toJSON" in struct && !Object.keys(struct).includes("toJSON")).toBe(true);
    expect(inspect(struct)).toContain("legacyId: 9n");
  });
});

describe("toJSON", () => {
  test("is what JSON.stringify takes, as plain data", () => {
    const json = toJSON(user());
    expect(json).toEqual({ ...(parsed(user()) as object) });
    expect(Object.getPrototypeOf(json)).toBe(Object.prototype);
    expect(Object.getPrototypeOf(json.card)).toBe(Object.prototype);
    expect(toJSON([user(), user()])).toEqual([json, json]);
    expect(toJSON([])).toEqual([]);
  });

  test("takes only some fields, hidden ones too, in that order", () => {
    expect(Object.entries(toJSON(user(), { only: ["password", "id"] }))).toEqual([
      ["password", "hash"],
      ["id", 1],
    ]);
    expect(toJSON(user(), { only: ["name", "card"] })).toEqual({ name: "ada", card: { bank: "b" } });
    expect(toJSON(user(), { only: ["name", { card: ["number"], cards: ["bank"] }] })).toEqual({
      name: "ada",
      card: { number: "4711" },
      cards: [{ bank: "b" }],
    });
  });

  test("takes all but some fields", () => {
    expect(Object.keys(toJSON(user(), { except: ["size", "sizes", "avatar", "insertedAt", "card", "cards"] }))).toEqual([
      "id",
      "name",
      "email",
    ]);
    expect(toJSON(user(), { except: [{ card: ["bank"] }] })).toMatchObject({ card: {}, cards: [{ bank: "b" }] });
  });

  test("shows some of the hidden fields", () => {
    expect(toJSON(user(), { show: ["password", "bossId", { card: ["number"] }] })).toMatchObject({
      password: "hash",
      bossId: 3,
      card: { bank: "b", number: "4711" },
      cards: [{ bank: "b" }],
    });
  });

  test("shows and leaves out at once", () => {
    expect(toJSON(user(), { show: ["password"], except: ["size", "sizes", "avatar", "cards", "insertedAt", { card: ["bank"] }] })).toEqual({
      id: 1,
      name: "ada",
      password: "hash",
      email: "a@b",
      card: {},
    });
    expect(toJSON(user(), { show: ["secrets"] })).toHaveProperty("secrets", null);
  });

  test("keeps what is null, and in a null embed asks for nothing", () => {
    expect(toJSON(User.build({}), { only: ["name", { card: ["bank"] }] })).toEqual({ name: null, card: null });
  });

  test.each<[string, () => unknown, RegExp]>([
    ["an unknown name", () => toJSON(user(), { only: ["nam"] as never }), /User has no field "nam"\. Did you mean "name"\?/],
    ["an unknown name below", () => toJSON(user(), { only: [{ card: ["bnk"] }] as never }), /Card has no field "bnk"/],
    ["names below a plain field", () => toJSON(user(), { only: [{ name: ["x"] }] as never }), /"name" of User has nothing below it/],
    ["an unknown option", () => toJSON(user(), { onyl: ["name"] } as never), /unknown option "onyl"\. Did you mean "only"\?/],
    ["two choices", () => toJSON(user(), { only: ["name"], except: ["id"] }), /only names all fields/],
    ["no list", () => toJSON(user(), { only: "name" as never }), /only takes a list of names, not a string/],
    ["no name", () => toJSON(user(), { only: [1] as never }), /takes names/],
    ["no struct", () => toJSON({ a: 1 } as never), /takes a struct or a list of structs, not a plain object/],
    ["null", () => toJSON(null as never), /takes a struct or a list of structs, not null/],
    ["an association that is shown", () => toJSON(user(), { show: ["card"] }), /"card" is shown already/],
  ])("refuses %s", (_, call, message) => expect(call).toThrow(message));

  test("of an association that is not loaded throws where it is asked for by name", () => {
    expect(() => toJSON(user(), { only: ["posts"] })).toThrow(NotLoadedError);
    expect(toJSON(user(), { except: ["name"] })).not.toHaveProperty("posts");
  });
});

describe("the option hidden", () => {
  test("is told by reflection", () => {
    expect(User.schema.hiddenFields).toEqual(["password", "legacyId", "typed", "secrets", "bossId", "updatedAt"]);
    expect(User.schema.field("email")).toMatchObject({ redact: true, hidden: false });
  });
  test("of a schema names its fields", () => {
    class Wrong extends schema("wrong", { name: field.string() }, { hidden: ["nmae"] }) {}
    expect(() => Wrong.schema).toThrow(SchemaError);
    expect(() => Wrong.schema).toThrow(/no field "nmae"\. Did you mean "name"\?/);
    class Text extends schema("wrong", { name: field.string() }, { hidden: "name" as never }) {}
    expect(() => Text.schema).toThrow(/hidden is a list of fields/);
  });
});
