import { describe, expect, test } from "vitest";
import {
  belongsTo,
  cast,
  change,
  checkSchemas,
  createRepo,
  embeddedDump,
  embeddedLoad,
  embeddedSchema,
  embedsMany,
  embedsOne,
  EctypeError,
  field,
  from,
  hasMany,
  hasOne,
  manyToMany,
  Multi,
  schema,
  toJSON,
  types,
  UUID,
} from "ectype";
import { migratedVersions, migrate, migrateDown, migrateUp, migration, migrations, references, rollback } from "ectype/migration";
import { postgres } from "ectype/postgres";
import { sqlite } from "ectype/sqlite";

class Line extends embeddedSchema({ text: field.string() }) {
  static changeset(line: Line, params: any) {
    return cast(line, params, ["text"]);
  }
}
class Tag extends schema("tags", { name: field.string(), shop: () => belongsTo(Shop) }) {
  static changeset(tag: Tag, params: any) {
    return cast(tag, params, ["name"]);
  }
}
class Shop extends schema("shops", {
  name: field.string(),
  no: field.integer(),
  words: field.array(field.string()),
  line: embedsOne(() => Line),
  tags: () => hasMany(Tag),
}) {}

const wrong = { nonsense: 1 } as any;
const repo = createRepo({ adapter: sqlite({ database: ":memory:" }) });
const cs = cast(Shop.build({ id: 1 }), {}, []) as any;
const built = Shop.build({ id: 1 });
const multi = new Multi() as any;
const r = repo as any;

/** The error of a call, or of the promise or iterator that it gives. */
async function errorOf(call: () => unknown): Promise<unknown> {
  try {
    const answer = (await call()) as any;
    if (typeof answer?.next === "function") await answer.next();
    return null;
  } catch (error) {
    return error;
  }
}

const inSchema = (definition: object, options: object = {}) => checked((schema as any)("made", definition, options));
function checked(base: any): void {
  const [error] = checkSchemas([class Made extends base {} as never]);
  if (error) throw error;
}
/** Runs a Multi behind a step that must not be run: options are checked before anything is. */
const sent = (steps: any) =>
  r.transact(
    multi
      .run("first", () => {
        throw new Error("a step has run");
      })
      .append(steps),
  );
const inMigration = (change: (m: any) => void) =>
  migrate({ adapter: sqlite({ database: ":memory:" }) } as any, { quiet: true, migrations: [[1, migration({ change })]] });
const cause = (call: () => Promise<unknown>) => async () => {
  const error: any = await errorOf(call);
  throw error?.code === "MIGRATION" && error.cause ? error.cause : error;
};
const onTable = (block: (t: any) => void) => cause(() => inMigration((m) => m.createTable("t", block)));
const altered = (block: (t: any) => void) => cause(() => inMigration((m) => m.alterTable("t", block)));
const command = (block: (m: any) => void) => cause(() => inMigration(block));

const calls: Record<string, [string, () => unknown][]> = {
  changeset: [
    ["cast", () => cast(built, {}, [], wrong)],
    ["cs.cast", () => cs.cast({}, [], wrong)],
    ["castAssoc", () => cs.castAssoc("tags", wrong)],
    ["castEmbed", () => cs.castEmbed("line", wrong)],
    ["changed", () => cs.changed("name", wrong)],
    ["validateRequired", () => cs.validateRequired(["name"], wrong)],
    ["validateFormat", () => cs.validateFormat("name", /x/, wrong)],
    ["validateInclusion", () => cs.validateInclusion("name", ["x"], wrong)],
    ["validateExclusion", () => cs.validateExclusion("name", ["x"], wrong)],
    ["validateSubset", () => cs.validateSubset("words", ["x"], wrong)],
    ["validateLength", () => cs.validateLength("name", wrong)],
    ["validateNumber", () => cs.validateNumber("no", wrong)],
    ["validateNumber, undefined", () => cs.validateNumber("no", { nonsense: undefined })],
    ["validateConfirmation", () => cs.validateConfirmation("name", wrong)],
    ["validateAcceptance", () => cs.validateAcceptance("name", wrong)],
    ["validateWith", () => cs.validateWith("name", anything, wrong)],
    ["validateWithAsync", () => cs.validateWithAsync("name", anything, wrong)],
    ["unsafeValidateUnique", () => cs.unsafeValidateUnique("name", repo, wrong)],
    ["unsafeValidateUnique, repoOpts", () => cs.change({ name: "x" }).unsafeValidateUnique("name", repo, { repoOpts: wrong })],
    ["uniqueConstraint", () => cs.uniqueConstraint("name", wrong)],
    ["foreignKeyConstraint", () => cs.foreignKeyConstraint("name", wrong)],
    ["assocConstraint", () => (change(Tag.build()) as any).assocConstraint("shop", wrong)],
    ["noAssocConstraint", () => cs.noAssocConstraint("tags", wrong)],
    ["checkConstraint", () => cs.checkConstraint("name", { name: "x", ...wrong })],
    ["exclusionConstraint", () => cs.exclusionConstraint("name", wrong)],
    ["withRepoOpts", () => r.insert(cs.withRepoOpts(wrong))],
  ],
  schema: [
    ["schema", () => inSchema({}, wrong)],
    ["timestamps", () => inSchema({}, { timestamps: wrong })],
    ["schema.with", () => checked((schema as any).with(wrong)("made", {}))],
    ["schema.with timestamps", () => checked((schema as any).with({ timestamps: wrong })("made", {}))],
    ["embeddedSchema", () => checked((embeddedSchema as any)({ text: field.string() }, wrong))],
    ...(
      [
        "id",
        "string",
        "text",
        "integer",
        "bigint",
        "float",
        "decimal",
        "boolean",
        "binary",
        "uuid",
        "date",
        "time",
        "naiveDatetime",
        "utcDatetime",
        "bitstring",
        "duration",
        "json",
        "map",
      ] as const
    ).map((name): [string, () => unknown] => [`field.${name}`, () => inSchema({ x: (field as any)[name](wrong) })]),
    ["field.any", () => inSchema({ x: (field as any).any({ virtual: true, ...wrong }) })],
    ["field.array", () => inSchema({ x: (field as any).array(field.string(), wrong) })],
    ["field of an array", () => inSchema({ x: (field as any).array(field.string(wrong)) })],
    ["field of an array of decimals", () => inSchema({ x: (field as any).array(field.decimal(wrong)) })],
    ["field of a map", () => inSchema({ x: (field as any).map(field.string(wrong)) })],
    ["field.map", () => inSchema({ x: (field as any).map(field.string(), wrong) })],
    ["field.vector", () => inSchema({ x: (field as any).vector(3, wrong) })],
    ["field.enum", () => inSchema({ x: (field as any).enum(["a"], wrong) })],
    ["field.of", () => inSchema({ x: (field as any).of(types.string(), wrong) })],
    ["primaryKey", () => inSchema({}, { primaryKey: { id: field.uuid(wrong) } })],
    ["foreignKeyType", () => inSchema({ tag: () => belongsTo(Tag) }, { foreignKeyType: field.uuid(wrong) })],
    ["belongsTo", () => inSchema({ tag: () => belongsTo(Tag, wrong) })],
    ["belongsTo type", () => inSchema({ tag: () => belongsTo(Tag, { type: field.uuid(wrong) }) })],
    ["hasMany", () => inSchema({ tags: () => hasMany(Tag, { foreignKey: "shopId", ...wrong }) })],
    ["hasOne", () => inSchema({ tag: () => hasOne(Tag, { foreignKey: "shopId", ...wrong }) })],
    ["manyToMany", () => inSchema({ tags: () => manyToMany(Tag, { joinThrough: "x", ...wrong }) })],
    ["where of an association", () => inSchema({ tags: () => hasMany(Tag, { foreignKey: "shopId", where: { name: wrong } }) })],
    ["embedsOne", () => inSchema({ one: embedsOne(() => Line, wrong) })],
    ["embedsMany", () => inSchema({ many: embedsMany(() => Line, wrong) })],
    ["an embed in place", () => inSchema({ one: embedsOne({ text: field.string() }, wrong) })],
    ["a field of an embed in place", () => inSchema({ one: embedsOne({ text: field.string(wrong) }) })],
    ["embeddedDump", () => (embeddedDump as any)(built, wrong)],
    ["embeddedLoad", () => (embeddedLoad as any)(Line, {}, wrong)],
    ["toJSON", () => (toJSON as any)(built, wrong)],
    ["types.decimal", () => (types as any).decimal(wrong)],
    ["types.uuid", () => (types as any).uuid(wrong)],
    ["types.enum", () => (types as any).enum(["a"], wrong)],
    ["types.date", () => (types as any).date(wrong)],
    ["types.time", () => (types as any).time(wrong)],
    ["types.naiveDatetime", () => (types as any).naiveDatetime(wrong)],
    ["types.utcDatetime", () => (types as any).utcDatetime(wrong)],
    ["UUID.generate", () => (UUID as any).generate(wrong)],
    ["UUID.generateBytes", () => (UUID as any).generateBytes(wrong)],
  ],
  repo: [
    ["createRepo", () => createRepo({ adapter: sqlite({ database: ":memory:" }), ...wrong })],
    ["migrationConfig", () => createRepo({ adapter: sqlite({ database: ":memory:" }), migrationConfig: wrong })],
    ["defaultOptions", () => createRepo({ adapter: sqlite({ database: ":memory:" }), defaultOptions: wrong }).all(Shop)],
    [
      "defaultOptions as a function",
      () => createRepo({ adapter: sqlite({ database: ":memory:" }), defaultOptions: () => wrong }).all(Shop),
    ],
    ["sqlite", () => sqlite({ database: ":memory:", ...wrong })],
    ["postgres", () => postgres({ host: "x", ...wrong })],
    ["postgres pool", () => postgres({ host: "x", pool: wrong })],
    ...["all", "one", "oneOrThrow", "stream", "exists"].map((name): [string, () => unknown] => [name, () => r[name](Shop, wrong)]),
    ...["get", "getOrThrow", "reloadOrThrow", "reload"].map((name): [string, () => unknown] => [
      name,
      () => (name.startsWith("reload") ? r[name](built, wrong) : r[name](Shop, 1, wrong)),
    ]),
    ...["getBy", "getByOrThrow"].map((name): [string, () => unknown] => [name, () => r[name](Shop, { name: "x" }, wrong)]),
    ["aggregate count", () => r.aggregate(Shop, "count", wrong)],
    ["aggregate", () => r.aggregate(Shop, "max", "no", wrong)],
    ["preload", () => r.preload(built, "tags", wrong)],
    ...["insert", "insertOrThrow", "insertOrUpdate", "insertOrUpdateOrThrow", "update", "updateOrThrow", "delete", "deleteOrThrow"].map(
      (name): [string, () => unknown] => [name, () => r[name](cs, wrong)],
    ),
    ["insertAll", () => r.insertAll(Shop, [{ name: "x" }], wrong)],
    ["insertAll of no rows", () => r.insertAll(Shop, [], wrong)],
    ["updateAll", () => r.updateAll(Shop, { set: { name: "x" } }, wrong)],
    ["updateAll, operations", () => r.updateAll(Shop, wrong)],
    ["update", () => (from(Shop) as any).update(wrong)],
    ["deleteAll", () => r.deleteAll(Shop, wrong)],
    ["transaction", () => r.transaction(() => 1, wrong)],
    ["transact", () => r.transact(() => ({ ok: true, value: 1 }), wrong)],
    ["transact of a Multi", () => r.transact(new Multi(), wrong)],
    ["query", () => r.query("select 1", [], wrong)],
    ["explain", () => r.explain("all", Shop, wrong)],
    ["prepare", () => r.prepare(() => from(Shop), wrong)],
    ["a prepared all", () => r.prepare(() => from(Shop)).all({}, wrong)],
    ["a prepared one", () => r.prepare(() => from(Shop)).one({}, wrong)],
    ["onConflict replaceAll", () => r.insert(cs, { onConflict: { replaceAll: true, ...wrong }, conflictTarget: "id" })],
    ["onConflict replace", () => r.insert(cs, { onConflict: { replace: ["name"], ...wrong }, conflictTarget: "id" })],
    ["onConflict replaceAllExcept", () => r.insert(cs, { onConflict: { replaceAllExcept: ["id"], ...wrong }, conflictTarget: "id" })],
    ["onConflict set", () => r.insert(cs, { onConflict: { set: { name: "x" }, ...wrong }, conflictTarget: "id" })],
    ["conflictTarget", () => r.insert(cs, { onConflict: "nothing", conflictTarget: { constraint: "x", ...wrong } })],
  ],
  multi: [
    ...["insert", "update", "delete", "insertOrUpdate"].map((name): [string, () => unknown] => [
      name,
      () => sent(multi[name]("x", cs, wrong)),
    ]),
    ...["deleteAll", "one", "all", "exists"].map((name): [string, () => unknown] => [name, () => sent(multi[name]("x", Shop, wrong))]),
    ["insertAll", () => sent(multi.insertAll("x", Shop, [], wrong))],
    ["updateAll", () => sent(multi.updateAll("x", Shop, { set: { name: "x" } }, wrong))],
    ["merge", () => r.transact(multi.merge(() => multi.all("x", Shop, wrong)))],
    ["merge of a Multi", () => sent(multi.merge(multi.all("x", Shop, wrong)))],
    ["inspect", () => multi.inspect(wrong)],
  ],
  migrations: [
    ["migrate", () => migrate(repo, { migrations: [], ...wrong })],
    ["migrate of a place", () => migrate(repo, [], wrong)],
    ["rollback", () => rollback(repo, { migrations: [], ...wrong })],
    ["migrations", () => migrations(repo, { migrations: [], ...wrong })],
    ["migrateUp", () => migrateUp(repo, 1, migration({ change: () => {} }), { quiet: true, ...wrong })],
    ["migrateDown", () => migrateDown(repo, 1, migration({ change: () => {} }), { quiet: true, ...wrong })],
    ["migratedVersions", () => migratedVersions(repo, wrong)],
    ["migration", () => migration({ change: () => {}, ...wrong })],
    ["references", () => references("t", wrong)],
    ["createTable", command((m) => m.createTable("t", () => {}, wrong))],
    ["createTable without a block", command((m) => m.createTable("t", wrong))],
    ["createTableIfNotExists", command((m) => m.createTableIfNotExists("t", () => {}, wrong))],
    ["createTable primaryKey", command((m) => m.createTable("t", () => {}, { primaryKey: wrong }))],
    ["alterTable", command((m) => m.alterTable("t", (t: any) => t.add("x", "string"), wrong))],
    ["dropTable", command((m) => m.dropTable("t", wrong))],
    ["dropTableIfExists", command((m) => m.dropTableIfExists("t", wrong))],
    ["renameTable", command((m) => m.renameTable("t", "u", wrong))],
    ["renameColumn", command((m) => m.renameColumn("t", "a", "b", wrong))],
    ["createIndex", command((m) => m.createIndex("t", ["a"], wrong))],
    ["createIndexIfNotExists", command((m) => m.createIndexIfNotExists("t", ["a"], wrong))],
    ["createUniqueIndex", command((m) => m.createUniqueIndex("t", ["a"], wrong))],
    ["dropIndex", command((m) => m.dropIndex("t", ["a"], wrong))],
    ["dropIndexIfExists", command((m) => m.dropIndexIfExists("t", ["a"], wrong))],
    ["renameIndex", command((m) => m.renameIndex("t", ["a"], "b", wrong))],
    ["createConstraint", command((m) => m.createConstraint("t", "c", { check: "1=1", ...wrong }))],
    ["dropConstraint", command((m) => m.dropConstraint("t", "c", wrong))],
    ["dropConstraintIfExists", command((m) => m.dropConstraintIfExists("t", "c", wrong))],
    ["add", onTable((t) => t.add("x", "string", wrong))],
    ["add, check", onTable((t) => t.add("x", "string", { check: { name: "a", expr: "1=1", ...wrong } }))],
    ["add, references", onTable((t) => t.add("x", references("t", wrong)))],
    ["timestamps", onTable((t) => t.timestamps(wrong))],
    ["addIfNotExists", altered((t) => t.addIfNotExists("x", "string", wrong))],
    ["modify", altered((t) => t.modify("x", "string", wrong))],
    ["modify from", altered((t) => t.modify("x", "string", { from: ["integer", wrong] }))],
    ["remove", altered((t) => t.remove("x", "string", wrong))],
  ],
};
const anything = { "~standard": { version: 1, vendor: "x", validate: (value: unknown) => ({ value }) } };

describe.each(Object.entries(calls))("an unknown option is an error that names it: %s", (_, list) => {
  test.each(list)("%s", async (_name, call) => {
    const error = await errorOf(call);
    expect(error).toBeInstanceOf(EctypeError);
    expect((error as Error).message).toMatch(/"?nonsense"?/);
    expect((error as Error).message).not.toMatch(/no such table/);
  });
});

describe("a call takes the options that it reads, and no other call's", () => {
  const SQL = ["timeout", "signal", "log"];
  const TABLE = [...SQL, "prefix"];
  const QUERY = [...TABLE, "queryCache"];
  const READ = [...QUERY, "preloadStrategy"];
  const CONFLICT = ["onConflict", "conflictTarget", "replaceChanged"];
  const DELETE = [...TABLE, "returning", "staleErrorField", "staleErrorMessage", "allowStale", "savepoint"];
  const INSERT = [...DELETE, ...CONFLICT];
  const UPDATE = [...DELETE, "force"];
  const TRANSACTION = [...SQL, "isolation", "readOnly", "mode"];
  const changes = [...QUERY, "returning", "savepoint"];
  const taken: Record<string, [names: string[], call: (options: object) => unknown]> = {
    all: [READ, (o) => r.all(Shop, o)],
    one: [READ, (o) => r.one(Shop, o)],
    get: [READ, (o) => r.get(Shop, 1, o)],
    allBy: [READ, (o) => r.allBy(Shop, { name: "x" }, o)],
    "a prepared all": [READ, (o) => r.prepare(() => from(Shop)).all({}, o)],
    prepare: [READ, (o) => r.prepare(() => from(Shop), o)],
    exists: [QUERY, (o) => r.exists(Shop, o)],
    aggregate: [QUERY, (o) => r.aggregate(Shop, "count", o)],
    reload: [QUERY, (o) => r.reload(built, o)],
    stream: [[...QUERY, "maxRows"], (o) => r.stream(Shop, o)],
    preload: [[...READ, "force", "inParallel"], (o) => r.preload(built, "tags", o)],
    insert: [INSERT, (o) => r.insert(cs, o)],
    update: [UPDATE, (o) => r.update(cs, o)],
    delete: [DELETE, (o) => r.delete(cs, o)],
    insertOrUpdate: [[...UPDATE, ...CONFLICT], (o) => r.insertOrUpdate(cs, o)],
    insertAll: [[...QUERY, ...CONFLICT, "returning", "placeholders", "savepoint"], (o) => r.insertAll(Shop, [{ name: "x" }], o)],
    updateAll: [changes, (o) => r.updateAll(Shop, { set: { name: "x" } }, o)],
    deleteAll: [changes, (o) => r.deleteAll(Shop, o)],
    query: [SQL, (o) => r.query("select 1", [], o)],
    explain: [[...QUERY, "analyze"], (o) => r.explain("all", Shop, o)],
    transaction: [TRANSACTION, (o) => r.transaction(() => 1, o)],
    transact: [TRANSACTION, (o) => r.transact(() => ({ ok: true, value: 1 }), o)],
    "transact of a Multi": [TRANSACTION, (o) => r.transact(new Multi(), o)],
    "Multi.insert": [INSERT, (o) => r.transact(multi.insert("x", cs, o))],
    "Multi.update": [UPDATE, (o) => r.transact(multi.update("x", cs, o))],
    "Multi.delete": [DELETE, (o) => r.transact(multi.delete("x", cs, o))],
    "Multi.exists": [QUERY, (o) => r.transact(multi.exists("x", Shop, o))],
    "Multi.all": [READ, (o) => r.transact(multi.all("x", Shop, o))],
  };
  const all = [...new Set([...Object.values(taken).flatMap(([names]) => names), "ectoQuery"])];

  test.each(Object.entries(taken))("%s", async (_, [names, call]) => {
    const unknown = await Promise.all(
      all.map(async (name) => /unknown option/.test(String(await errorOf(() => call({ [name]: undefined })))) && name),
    );
    expect(all.filter((name) => !unknown.includes(name)).sort()).toEqual(names.toSorted());
  });

  test("a changeset that is inserted or updated has the options of either", async () => {
    const done = await errorOf(() => r.update(cs.withRepoOpts({ onConflict: "nothing" })));
    expect(done).toBeNull();
  });

  test("where prepareQuery reads options of one's own, transactions and SQL do not", async () => {
    const own = createRepo({ adapter: sqlite({ database: ":memory:" }), prepareQuery: (_, query) => query }) as any;
    for (const call of [
      () => own.transaction(() => 1, wrong),
      () => own.query("select 1", [], wrong),
      () => own.explain("all", Shop, wrong),
    ])
      expect(String(await errorOf(call))).toMatch(/unknown option "nonsense"/);
    await own.close();
  });
});

test("what no repo can know is refused where a Multi is made", () => {
  expect(() => multi.insert("x", cs, null)).toThrow(/Multi.insert\("x"\) takes its options as an object, not null/);
  expect(() => multi.updateAll("x", Shop, { set: { name: "y" } }, { where: { id: 1 } })).toThrow(
    /Multi.updateAll.*"where" is a clause of a query/,
  );
});

test("options of one's own pass where prepareQuery reads them, in a Multi and as defaults", async () => {
  const own = createRepo({ adapter: sqlite({ database: ":memory:" }), defaultOptions: wrong, prepareQuery: (_, query) => query });
  await own.query("create table shops (id integer primary key, name text, no integer, words text, line text)");
  const done = await own.transact(multi.all("x", Shop, { other: 1 }));
  expect(done).toEqual({ ok: true, value: { x: [] } });
  await own.close();
});
