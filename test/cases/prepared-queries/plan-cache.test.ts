import { caseWhen, change, createRepo, Decimal, field, from, type Repo, schema, sql } from "ectype";
import { postgres } from "ectype/postgres";
import { sqlite } from "ectype/sqlite";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { databases, type OpenDatabase } from "../../support/databases.ts";
import { createTables } from "../../support/tables.ts";

// Plans and prepared statements outlive the call that made them: what is run at the same time, or after the table has changed, must not meet.

class Item extends schema("plan_items", { name: field.string(), price: field.decimal(), at: field.date() }) {}
/** The same table and columns, loaded by other types. */
const Plain = (() => {
  class Item extends schema("plan_items", { name: field.string(), price: field.string(), at: field.string() }) {}
  return Item;
})();

const COUNT = 200;
const ids = Array.from({ length: COUNT }, (_, at) => at + 1);
const nameOf = (id: number) => `item ${id}`;

describe.each(databases)("plans on $label", (database) => {
  let repo: Repo;
  const pg = database.name === "postgres";
  let opened: OpenDatabase;
  const repos: Repo[] = [];
  const open = (hooks: Partial<Parameters<typeof createRepo>[0]> = {}) => {
    const adapter = opened.name === "sqlite" ? sqlite(opened.options) : postgres(opened.options);
    const made = createRepo({ adapter, ...hooks });
    repos.push(made);
    return made;
  };
  afterAll(() => Promise.all(repos.map((one) => one.close())));

  beforeAll(async () => {
    opened = await database.open();
    repo = open();
    await createTables(repo, [Item]);
    await repo.insertAll(
      Item,
      ids.map((id) => ({ id, name: nameOf(id), price: new Decimal(`${id}.50`), at: "2026-01-02" })),
    );
  });

  test("200 calls of one plan at once get their own rows", async () => {
    const found = await Promise.all(ids.map((id) => repo.get(Item, id)));
    expect(found.map((one) => one?.name)).toEqual(ids.map(nameOf));
  });

  test("200 runs of one prepared query at once, with other values and lists", async () => {
    const one = repo.prepare((p: { id: any; ids: any; n: any }) =>
      from(Item)
        .where((i) => i.id.eq(p.id).or(i.id.in(p.ids)))
        .orderBy("id")
        .limit(p.n)
        .select((i) => [i.id, i.name] as const),
    );
    const found = await Promise.all(ids.map((id) => one.all({ id, ids: [id, (id % COUNT) + 1], n: 1 + (id % 2) })));
    for (const [at, rows] of found.entries()) {
      const id = ids[at] as number;
      const wanted = [id, (id % COUNT) + 1].sort((a, b) => a - b).slice(0, 1 + (id % 2));
      expect(rows).toEqual(wanted.map((each) => [each, nameOf(each)]));
    }
  });

  test("two schemas of one table and one name, side by side", async () => {
    const found = await Promise.all(ids.map((id) => (id % 2 === 0 ? repo.get(Item, id) : repo.get(Plain, id))));
    for (const [at, one] of found.entries()) {
      if ((at + 1) % 2 === 0) expect((one as Item).price).toEqual(new Decimal(`${at + 1}.50`));
      else expect(typeof (one as { price: unknown }).price).toBe("string");
      expect(one).toBeInstanceOf((at + 1) % 2 === 0 ? Item : Plain);
    }
  });

  test("streams that are open at the same time, of one plan", async () => {
    const query = (least: number) =>
      from(Item)
        .where((i) => i.id.gte(least))
        .orderBy("id")
        .select((i) => i.id);
    await repo.transaction(async () => {
      const streams = [1, 50, 199].map((least) => repo.stream(query(least), { maxRows: 7 })[Symbol.asyncIterator]());
      const read: number[][] = streams.map(() => []);
      let open = true;
      while (open) {
        open = false;
        for (const [at, one] of streams.entries()) {
          const next = await one.next();
          if (next.done) continue;
          open = true;
          (read[at] as number[]).push(next.value as number);
        }
      }
      expect(read).toEqual([1, 50, 199].map((least) => ids.filter((id) => id >= least)));
    });
  });

  test("with queryCache: false neither a plan nor a prepared statement is kept", async () => {
    const own = database.name === "sqlite" ? sqlite(opened.options as never) : postgres(opened.options as never);
    let planned = 0;
    const adapter = new Proxy(own, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target);
        if (name === "querySql") planned++;
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    const counted = createRepo({ adapter });
    repos.push(counted);
    const query = () =>
      from(Item)
        .where((i) => i.id.lt(3))
        .orderBy("id");
    const few = () => from(Item).where((i) => i.id.lt(3));
    const none = { queryCache: false } as const;
    const prepared = counted.prepare((p: { id: any }) => from(Item).where((i) => i.id.lte(p.id)));
    const stream = async (options: object) => {
      let count = 0;
      for await (const _ of counted.stream(query().limit(2), options)) count++;
      return count;
    };
    const calls: readonly ((options: object) => Promise<unknown>)[] = [
      (options) => counted.all(query(), options),
      (options) => counted.get(Item, 1, options),
      (options) => counted.exists(query(), options),
      (options) => counted.aggregate(query(), "count", undefined, options),
      (options) => prepared.all({ id: 1 }, options),
      stream,
      async (options) => (await counted.updateAll(few(), { set: { at: "2026-01-02" } }, options)).count,
      async (options) =>
        (
          await counted.deleteAll(
            from(Item).where((i) => i.id.gt(10_000)),
            options,
          )
        ).count,
      async (options) => (await counted.updateAll(from(Item).where(sql`1 = 0`), () => ({ set: { at: sql`null` } }), options)).count,
    ];
    await counted.checkout(async () => {
      for (const call of calls) {
        const before = planned;
        const first = await call(none);
        expect(await call(none)).toEqual(first);
        expect(planned - before, String(call)).toBe(2);
        // What was planned so is not there for others, and theirs is planned once.
        expect(await call({})).toEqual(first);
        expect(await call({ queryCache: true })).toEqual(first);
        expect(planned - before, String(call)).toBe(3);
      }
      if (!pg) return;
      const statements = async () => {
        const { rows } = await counted.query("select name from pg_prepared_statements");
        return rows.length;
      };
      const before = await statements();
      await counted.all(
        query().select((i) => [i.id, i.id]),
        none,
      );
      expect(await statements()).toBe(before);
      await counted.all(query().select((i) => [i.id, i.id]));
      expect(await statements()).toBe(before + 1);
    });
    await expect(counted.all(query(), { queryCache: "no" } as never)).rejects.toThrow(
      "all: the option queryCache is true or false, not a string",
    );
  });

  test("a query that prepareQuery changes is planned as what it became", async () => {
    let least = 0;
    const scoped = open({
      prepareQuery: (_, query, options: any) =>
        options.skip ? query : least === 0 ? query.where((i) => i.id.lte(2)) : query.where((i) => i.id.gt(least)),
    });
    const all = from(Item)
      .orderBy("id")
      .select((i) => i.id);
    expect(await scoped.all(all)).toEqual([1, 2]);
    least = 198;
    expect(await scoped.all(all)).toEqual([199, 200]);
    expect(await scoped.all(all, { skip: true } as never)).toEqual(ids);
  });

  test("a prepared query follows the prefix of the call", async () => {
    const other = pg ? "elsewhere" : "other";
    const one = repo.prepare((p: { id: any }) =>
      from(Item)
        .where((i) => i.id.eq(p.id))
        .select((i) => i.name),
    );
    expect(await one.all({ id: 1 })).toEqual(["item 1"]);
    await expect(one.all({ id: 1 }, { prefix: other })).rejects.toThrow(other);
    expect(await one.all({ id: 1 })).toEqual(["item 1"]);
  });

  describe("writes", () => {
    class Line extends schema("plan_lines", { name: field.string(), n: field.integer(), price: field.decimal() }) {}
    beforeAll(async () => {
      await createTables(repo, [Line]);
      await repo.query("create unique index plan_lines_name on plan_lines (name)");
    });
    beforeEach(() => repo.deleteAll(Line));

    test("what is done about a conflict tells inserts apart", async () => {
      const insert = async (onConflict: unknown) => {
        const row = Line.build({ name: "x", n: 100, price: new Decimal(3) });
        await repo.insertOrThrow(row, { onConflict, conflictTarget: "name" } as never);
        const { n, price } = (await repo.getBy(Line, { name: "x" })) as Line;
        return [n, price?.toNumber() ?? null];
      };
      await repo.insertOrThrow(Line.build({ name: "x", n: 1 }));
      expect(await insert("nothing")).toEqual([1, null]);
      expect(await insert({ set: { n: 5 } })).toEqual([5, null]);
      expect(await insert({ set: { n: 6 } })).toEqual([6, null]);
      expect(await insert({ inc: { n: 6 } })).toEqual([12, null]);
      expect(await insert({ set: { price: new Decimal(2) } })).toEqual([12, 2]);
      const filled = (l: any) => ({ set: { n: caseWhen(l.n.isNotNull(), 1).else(2) } });
      const unknown = (l: any) => ({ set: { n: caseWhen(l.n.eq(1).not().isNull(), 1).else(2) } });
      expect(await insert(from(Line).update(filled as never))).toEqual([1, 2]);
      expect(await insert(from(Line).update(unknown as never))).toEqual([2, 2]);
      expect(await insert({ replace: ["n"] })).toEqual([100, 2]);
      expect(await insert({ replace: ["price"] })).toEqual([100, 3]);
    });

    test("200 inserts and updates at once, of other columns each", async () => {
      const made = await Promise.all(ids.map((id) => repo.insertOrThrow(Line.build({ name: `n${id}`, ...(id % 2 ? { n: id } : {}) }))));
      await Promise.all(
        made.map((line, at) => repo.updateOrThrow(change(line, at % 3 ? { n: at } : { name: `m${at}`, price: new Decimal(at) }))),
      );
      const found = new Map((await repo.all(Line)).map((line) => [line.id, line]));
      for (const [at, { id, name, n }] of made.entries()) {
        const wanted = at % 3 ? { name, n: at, price: null } : { name: `m${at}`, n, price: new Decimal(at) };
        expect(found.get(id)).toMatchObject(wanted);
      }
    });
  });

  describe("the table changes while plans are cached", () => {
    class Thing extends schema("things", { name: field.string(), size: field.integer() }) {}
    const create = (size: string) =>
      repo.query(`create table things (id ${pg ? "bigserial" : "integer"} primary key, name text, size ${size})`);
    const settled = async () => [
      (await repo.all(from(Thing).orderBy("id"))).map((t) => ({ ...t })),
      await repo.all(from(sql`(select * from things)`, { columns: ["id", "name"] }).select((t: any) => [t.id, t.name])),
      (await repo.query("select * from things order by id")).rows.length,
      (await repo.all(from(Thing).where((t) => t.name.eq("a")))).length,
    ];
    beforeEach(async () => {
      await repo.query("drop table if exists things");
      await create("integer");
      await repo.insertAll(Thing, [{ name: "a", size: 1 }]);
      // Several times, so that every connection has the statement.
      await Promise.all(Array.from({ length: 20 }, settled));
    });
    afterAll(() => repo.query("drop table if exists things"));

    const wanted = [[{ id: 1, name: "a", size: 1 }], [[1, "a"]], 1, 1];

    test("a column is added", async () => {
      await repo.query("alter table things add column extra text default 'x'");
      expect(await settled()).toEqual(wanted);
      expect((await repo.query("select * from things")).columns).toEqual(["id", "name", "size", "extra"]);
      expect(await repo.insertOrThrow(Thing.build({ name: "b" }))).toMatchObject({ name: "b" });
      expect(
        await repo.updateAll(
          from(Thing)
            .update({ set: { size: 3 } })
            .select((t) => t.size),
        ),
      ).toMatchObject({ count: 2, rows: [3, 3] });
    });

    test("it is dropped and made again, with columns in another order", async () => {
      await repo.query("drop table things");
      await repo.query(`create table things (size integer, extra text, name text, id ${pg ? "bigserial" : "integer"} primary key)`);
      await repo.insertAll(Thing, [{ name: "a", size: 1 }]);
      expect(await settled()).toEqual(wanted);
      expect(
        await repo.updateAll(
          from(Thing)
            .update({ set: { size: 3 } })
            .select((t) => t.size),
        ),
      ).toMatchObject({ rows: [3] });
    });

    test("the type of a column changes", async () => {
      if (pg) await repo.query("alter table things alter column size type bigint");
      else {
        await repo.query("drop table things");
        await create("bigint");
        await repo.insertAll(Thing, [{ name: "a", size: 1 }]);
      }
      expect(await Promise.all(Array.from({ length: 20 }, settled))).toEqual(Array.from({ length: 20 }, () => wanted));
    });

    test("inside a transaction, and by its own hand", async () => {
      await repo.transaction(async () => {
        const struct = await repo.getOrThrow(Thing, 1);
        await settled();
        await repo.query("alter table things add column extra text");
        expect(await settled()).toEqual(wanted);
        if (pg) await repo.query("alter table things alter column size type bigint");
        expect(await settled()).toEqual(wanted);
        expect(await repo.updateOrThrow(change(struct, { size: 7 }))).toMatchObject({ size: 7 });
        expect(await repo.all(from(Thing).select((t) => t.size))).toEqual([7]);
      });
      expect(await repo.all(from(Thing).select((t) => t.size))).toEqual([7]);
    });

    test("another connection changes it between two statements of a transaction", async () => {
      if (!pg) return;
      await open().query("alter table things alter column size type bigint");
      const inTransaction = () =>
        repo.transaction(async () => {
          const all = await repo.all(from(Thing).orderBy("id"));
          await repo.insertOrThrow(Thing.build({ name: "b" }));
          return all.length;
        });
      // What fails in a transaction spoils it; the next one has forgotten the statement.
      await expect(inTransaction()).rejects.toThrow(/cached plan must not change result type\nHint: .* run the transaction again/);
      expect(await inTransaction()).toBe(1);
      expect(await inTransaction()).toBe(2);
    });

    test("an open stream reads on, and the next reads the new table", async () => {
      await repo.insertAll(
        Thing,
        ids.map((id) => ({ id: id + 1, name: "s", size: id })),
      );
      const read = async () => {
        let count = 0;
        await repo.transaction(async () => {
          for await (const thing of repo.stream(from(Thing).orderBy("id"), { maxRows: 10 })) if (thing.size !== null) count++;
        });
        return count;
      };
      expect(await read()).toBe(COUNT + 1);
      await repo.query("alter table things add column extra text");
      if (pg) await repo.query("alter table things alter column size type bigint");
      expect(await read()).toBe(COUNT + 1);
    });
  });
});
