import { cast, from, type Params, type Repo, subquery, values } from "ectype";
import { beforeAll, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { built, CANARY, Contact, Note, NUMBER, openRedacted, type Road, traces, u, User } from "./redacted.ts";

const prints: Road[] = [
  ["a cast", () => User.changeset(built(), { code: CANARY, born: CANARY, quoted: `!${CANARY}`, email: CANARY, password: CANARY })],
  [
    "a cast, thrown",
    (repo) => repo.insertOrThrow(User.changeset(built(), { code: CANARY, quoted: `!${CANARY}`, email: CANARY, password: CANARY }) as never),
  ],
  [
    "validations",
    () =>
      User.changeset(built(), { email: CANARY, password: CANARY, name: "x" })
        .validateLength("email", { max: 2 })
        .validateFormat("email", /@/)
        .validateInclusion("email", ["a"] as never)
        .validateExclusion("email", [CANARY] as never)
        .validateConfirmation("password", { required: true })
        .validateRequired(["code"])
        .validateChange("email", (_f: string, v: unknown) => [`${v} is taken`, { message: "%{v}", v } as never])
        .addError("password", `${CANARY} is weak`),
  ],
  [
    "validations, thrown",
    (repo) =>
      repo.insertOrThrow(
        User.changeset(built(), { email: CANARY }).validateChange("email", (_f: string, v: unknown) => [`${v} is taken`]) as never,
      ),
  ],
  [
    "a nested cast",
    (repo) =>
      repo.insertOrThrow(
        cast(built(), { notes: [{ secret: CANARY, userId: "x" }], contact: { pin: CANARY, born: CANARY } } as never, [])
          .castAssoc("notes", { with: (n, p) => cast(n, p, ["secret", "userId"]) })
          .castEmbed("contact", { with: (c: never, p: Params) => cast(c, p, ["pin", "born"]) } as never) as never,
      ),
  ],
  [
    "a changeset without a schema",
    () =>
      cast({ data: { pin: CANARY }, types: { pin: User.schema.types.email as never } } as never, { pin: `${CANARY}2` }, ["pin"] as never),
  ],
  [
    "traverseErrors",
    () =>
      User.changeset(built(), { email: CANARY, code: CANARY })
        .validateLength("email", { max: 2 } as never)
        .traverseErrors(),
  ],
  ["applyActionOrThrow", () => User.changeset(built(), { email: CANARY, code: CANARY }).applyActionOrThrow("insert")],
  [
    "a struct",
    () =>
      built({
        email: CANARY,
        code: NUMBER,
        contact: Contact.build({ pin: CANARY }),
        contacts: [Contact.build({ pin: CANARY })],
        notes: [Note.build({ secret: CANARY })],
      }),
  ],
  ["a list of structs", () => [{ users: [built({ email: CANARY })] }, new Map([[1, built({ email: CANARY })]])]],
  [
    "an expression",
    () => {
      let kept: unknown[] = [];
      u().where((x) => {
        kept = [x.email.eq(CANARY), x.email.eq(CANARY).desc(), x];
        return x.email.eq(CANARY);
      });
      return kept;
    },
  ],
  ["a source", () => [values([{ email: CANARY }], User), subquery(u().where((x) => x.email.eq(CANARY)))]],
  [
    "a binding of a subquery",
    () => {
      let kept: unknown;
      from(subquery(u().where((x) => x.email.eq(CANARY)))).where((s: any) => {
        kept = s;
        return s.id.eq(1);
      });
      return kept;
    },
  ],
];

describe.each(databases)("redacted values on $label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRedacted(database);
  });

  test.each(prints)("are not told: %s", async (_, go) => {
    expect(await traces(repo, go)).toEqual([]);
  });
});
