import { belongsTo, field, hasMany, hasOne, type JoinedAssociation, manyToMany, schema } from "ectype";
import { describe, expect, it } from "vitest";

/** A class whose name says nothing, as a minifier leaves it. */
function minified<T extends abstract new (...args: never[]) => object>(base: T): T {
  return { x: class extends (base as never as new () => object) {} }.x as never as T;
}

describe("the key of hasMany and hasOne", () => {
  it("is that of the belongsTo which leads back, whatever the class and the table are called", () => {
    const Writer: any = minified(schema("app_users", { posts: () => hasMany(Post), bio: () => hasOne(Bio) }));
    const Post: any = minified(schema("posts", { author: () => belongsTo(Writer) }));
    const Bio: any = minified(schema("bios", { of: () => belongsTo(Writer, { foreignKey: "whose" }) }));
    expect(Writer.schema.association("posts")).toMatchObject({ ownerKeys: ["id"], relatedKeys: ["authorId"] });
    expect(Writer.schema.association("bio")).toMatchObject({ ownerKeys: ["id"], relatedKeys: ["whose"] });
  });

  it("refers to what that belongsTo refers to, also where the key has several fields in another order", () => {
    const Hall: any = schema(
      "halls",
      { slug: field.string(), seats: () => hasMany(Seat), signs: () => hasMany(Sign) },
      { primaryKey: { house: field.string(), no: field.integer() } },
    );
    const Seat: any = schema("seats", {
      hall: () => belongsTo(Hall, { foreignKey: ["hallNo", "hallHouse"], references: ["no", "house"] }),
    });
    const Sign: any = schema("signs", { at: () => belongsTo(Hall, { foreignKey: "hallSlug", references: "slug" }) });
    const seats = Hall.schema.association("seats");
    expect(Object.fromEntries(seats.ownerKeys.map((key: string, at: number) => [key, seats.relatedKeys[at]]))).toEqual({
      house: "hallHouse",
      no: "hallNo",
    });
    expect(Hall.schema.association("signs")).toMatchObject({ ownerKeys: ["slug"], relatedKeys: ["hallSlug"] });
  });

  it("is, of several, the one that refers to what the option references says, or the one called after the table", () => {
    const User: any = schema("users", {
      name: field.string(),
      posts: () => hasMany(Post),
      reviews: () => hasMany(Post, { references: "name" }),
    });
    const Post: any = schema("posts", {
      editor: () => belongsTo(User),
      user: () => belongsTo(User),
      critic: () => belongsTo(User, { references: "name", type: field.string() }),
    });
    expect(User.schema.association("posts").relatedKeys).toEqual(["userId"]);
    expect(User.schema.association("reviews")).toMatchObject({ ownerKeys: ["name"], relatedKeys: ["criticId"] });
  });

  it("must be said where several belongsTo lead back", () => {
    class Team extends schema("teams", { games: () => hasMany(Game) }) {}
    class Game extends schema("games", { home: () => belongsTo(Team), away: () => belongsTo(Team) }) {}
    expect(() => Team.schema.association("games")?.relatedKeys).toThrow(
      'hasMany "games" of schema Team: schema Game refers to Team by several keys, homeId and awayId: say which with the option foreignKey: "homeId"',
    );
  });

  it("is one key where two associations share it", () => {
    const User: any = schema("users", { posts: () => hasMany(Post) });
    const Post: any = schema("posts", {
      author: () => belongsTo(User),
      famousAuthor: () => belongsTo(User, { foreignKey: "authorId", defineField: false, where: { famous: true } }),
    });
    expect(User.schema.association("posts").relatedKeys).toEqual(["authorId"]);
  });

  it("is called after the table in the singular where no belongsTo leads back, or after the name that the schema was given", () => {
    for (const [table, key] of [
      ["movies", "movieId"],
      ["categories", "categoryId"],
      ["people", "personId"],
      ["order_addresses", "orderAddressId"],
      ["news", "newsId"],
      ["staff", "staffId"],
    ] as const) {
      const One: any = minified(schema(table, { many: () => hasMany(Many) }));
      const Many: any = minified(schema("many", { [key]: field.integer() }));
      expect(One.schema.association("many").relatedKeys).toEqual([key]);
    }
    const Named: any = minified(schema("tbl_usr", { many: () => hasMany(Many) }, { name: "User" }));
    const Many: any = minified(schema("many", { userId: field.integer() }));
    expect(Named.schema.association("many").relatedKeys).toEqual(["userId"]);
  });
});

describe("the join keys of manyToMany", () => {
  it("are called after the two tables", () => {
    const Person: any = minified(schema("people", { movies: () => manyToMany(Movie, { joinThrough: "casts" }) }));
    const Movie: any = minified(schema("movies", {}));
    expect(Person.schema.association("movies").join).toMatchObject({ ownerColumns: ["person_id"], relatedColumns: ["movie_id"] });
  });

  it("are those of the join schema's belongsTo", () => {
    const User: any = minified(schema("users", { groups: () => manyToMany(Group, { joinThrough: Membership }) }));
    const Group: any = minified(schema("groups", {}));
    const Membership: any = minified(schema("memberships", { member: () => belongsTo(User), circle: () => belongsTo(Group) }));
    expect(User.schema.association("groups").join).toMatchObject({ ownerFields: ["memberId"], relatedFields: ["circleId"] });
  });

  it("must be said where both sides would have the same, or a join schema refers to a side twice", () => {
    class User extends schema("users", {
      friends: () => manyToMany(User, { joinThrough: "friends" }),
      followers: () => manyToMany(User, { joinThrough: Follow }),
    }) {}
    class Follow extends schema("follows", { from: () => belongsTo(User), to: () => belongsTo(User) }) {}
    expect(() => (User.schema.association("friends") as JoinedAssociation).join).toThrow(
      'manyToMany "friends" of schema User: both sides would have the join key "userId": name them with the option joinKeys',
    );
    expect(() => (User.schema.association("followers") as JoinedAssociation).join).toThrow(
      "schema Follow refers to User by several keys, fromId and toId: say which with the option joinKeys, two pairs",
    );
  });
});
