import { belongsTo, change, ConstraintError, field, from, hasMany, type Repo, schema } from "ectype";
import { migrate, migration, references } from "ectype/migration";
import { beforeAll, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";

const asIs = { columns: "asIs" } as const;
const LONG = "a_table_whose_name_goes_on_and_on_until_it_is_60_letters_long";
const ONE = "the_first_of_two_columns_with_rather_long_names";
const TWO = "the_second_of_two_columns_with_rather_long_names";

class Order extends schema(
  'order"s',
  {
    select: field.string(),
    "weird name": field.string(),
    "a'b": field.string(),
    "x;--": field.string(),
    日本: field.string(),
    $1: field.string(),
    "a?b": field.string(),
    "a\\b": field.string(),
    parts: () => hasMany(Part, { foreignKey: "from" }),
  },
  asIs,
) {}
class Part extends schema("pa`r]ts", { group: field.string(), order: () => belongsTo(Order, { foreignKey: "from" }) }, asIs) {}
class Long extends schema(
  LONG,
  { [ONE]: field.string(), [TWO]: field.string(), order: () => belongsTo(Order, { foreignKey: "the_order_id" }) },
  asIs,
) {}

const tables = migration({
  change(m) {
    m.createTable('order"s', (t) => {
      for (const name of ["select", "weird name", "a'b", "x;--", "日本", "$1", "a?b", "a\\b"]) t.add(name, "string");
    });
    m.createUniqueIndex('order"s', ["select", "weird name"]);
    m.createTable("pa`r]ts", (t) => {
      t.add("group", "string", { default: "it's \\ ; -- \"" });
      t.add("from", references('order"s'));
    });
    m.createTable(LONG, (t) => {
      t.add(ONE, "string");
      t.add(TWO, "string");
      t.add("the_order_id", references('order"s'));
    });
    m.createUniqueIndex(LONG, [ONE, TWO]);
  },
});

describe.each(databases)("awkward names on $label", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRepo(database);
    await migrate(repo, { migrations: [[1, tables]], quiet: true });
  });

  test("are written, read, joined and preloaded", async () => {
    const values = { select: "a", "weird name": "b", "a'b": "'", "x;--": ";", 日本: "本", $1: "$2", "a?b": "?", "a\\b": "\\" };
    await repo.insertOrThrow(Order.build({ ...values, parts: [Part.build({})] }));
    const query = from(Order)
      .join("parts")
      .where((o, { parts }) => parts.from.eq(o.id))
      .preload({ parts: "parts" });
    const [order] = await repo.all(query);
    expect(order).toMatchObject(values);
    expect(order?.parts[0]?.from).toBe(order?.id);
    const named = from(Order).join('p"', Part, (o, joins) => joins['p"'].from.eq(o.id));
    expect(await repo.all(named.select((_, joins) => ({ 'group"s': joins['p"'].id })))).toHaveLength(1);
    const changed = await repo.updateAll(from(Order).where({ "x;--": ";" }), { set: { "a?b": "!" } });
    expect(changed.count).toBe(1);
  });

  test("keep the usual names of their constraints, though the database spells those in another way", async () => {
    await repo.insertOrThrow(Order.build({ select: "taken", "weird name": "taken" }));
    const order = change(Order.build({ select: "taken", "weird name": "taken" })).uniqueConstraint(["select", "weird name"]);
    expect(await repo.insert(order)).toMatchObject({
      ok: false,
      error: { errors: [{ field: "select", message: "has already been taken" }] },
    });
    const part = change(Part.build({ from: 99_999 })).foreignKeyConstraint("from");
    expect(await repo.insert(part)).toMatchObject({ ok: false, error: { errors: [{ field: "from", message: "does not exist" }] } });
  });

  test("may be longer than the database keeps them", async () => {
    const values = { [ONE]: "x", [TWO]: "y" };
    await repo.insertOrThrow(Long.build(values));
    const again = change(Long.build(values));
    expect(await repo.insert(again.uniqueConstraint([ONE, TWO]))).toMatchObject({ ok: false, error: { errors: [{ field: ONE }] } });
    await expect(repo.insert(again)).rejects.toThrow(ConstraintError);
    const lost = change(Long.build({ the_order_id: 99_999 })).foreignKeyConstraint("the_order_id");
    expect(await repo.insert(lost)).toMatchObject({ ok: false, error: { errors: [{ field: "the_order_id" }] } });
  });
});
