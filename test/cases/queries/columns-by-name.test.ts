import { ArgumentError, column, field, from, QueryError, type Repo, schema } from "ectype";
import { beforeAll, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";

describe.each(databases)("columns by name on $label", (database) => {
  class Wide extends schema("wides", { title: field.string(), token: field.string({ redact: true }) }) {}
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRepo(database);
    await repo.query('create table wides (id integer primary key, title text, token text, "odd ""name" integer)');
    await repo.query(`insert into wides values (1, 'a', 's', 7), (2, 'b', 't', 3)`);
  });

  test("are the schema's fields, and where that is said, any that the table has", async () => {
    expect(
      await repo.all(
        from(Wide)
          .orderBy((w) => column(w, "title").desc())
          .select((w) => column(w, "title")),
      ),
    ).toEqual(["b", "a"]);
    expect(() => from(Wide).where((w) => column(w, 'odd "name').eq(7))).toThrow(QueryError);
    const odd = (w: object) => column<number>(w, 'odd "name', { unchecked: true });
    expect(
      await repo.all(
        from(Wide)
          .where((w) => odd(w).gt(3))
          .select((w) => odd(w)),
      ),
    ).toEqual([7]);
    expect(
      await repo.all(
        from(Wide)
          .orderBy((w) => odd(w))
          .select((w) => w.title),
      ),
    ).toEqual(["b", "a"]);
  });

  test("want a binding, a text and known options", () => {
    for (const call of [() => column(null as never, "x"), () => column({}, "x")]) expect(call).toThrow(ArgumentError);
    expect(() => from(Wide).where((w) => column(w, 1 as never).eq(1))).toThrow(ArgumentError);
    expect(() => from(Wide).select((w) => column(w, "x", { uncheked: true } as never))).toThrow(/unknown option "uncheked"/);
  });
});
