// A library that exports what it infers: with `declaration` on, the compiler must be able to name every type through the package's entry points.
import {
  and,
  as,
  assoc,
  avg,
  belongsTo,
  type Built,
  buildAssoc,
  cast,
  caseWhen,
  change,
  coalesce,
  type Columns,
  count,
  createRepo,
  cte,
  dynamic,
  embeddedSchema,
  embedsMany,
  embedsOne,
  embeddedDump,
  field,
  filterSources,
  fn,
  from,
  hasMany,
  hasOne,
  isLoaded,
  manyToMany,
  map,
  merge,
  meta,
  Multi,
  over,
  paginate,
  placeholder,
  type Params,
  rowNumber,
  type RowOf,
  schema,
  selectedAs,
  toJSON,
  type Adapter,
  type BulkResult,
  type DecimalExpr,
  type DecimalInput,
  type ExprOf,
  type Hint,
  type IntervalCount,
  type IntervalUnit,
  type JsonNames,
  type JsonNull,
  jsonNull,
  type JsonOf,
  type JsonOptions,
  type MaybeKeyed,
  type MultiFailures,
  type NoFailure,
  Queryable,
  type QueryAbout,
  type QueryOperation,
  type QuerySource,
  type StepFailure,
  type TypedData,
  datetimeAdd,
  type Decimal,
  embedAs,
  emptyValues,
  type Codec,
  type Compiled,
  type Connection,
  LoadError,
  type MigrationPort,
  type PlannedQuery,
  type Pool,
  Rollback,
  type WhereArg,
  type Slots,
  sql,
  struct,
  subquery,
  sum,
  toStandardSchema,
  type,
  types,
  values,
} from "ectype";
import { defineConfig } from "ectype/config";
import { migration, references } from "ectype/migration";
import { postgres } from "ectype/postgres";
import { sqlite } from "ectype/sqlite";

export const stamps = { seenAt: field.utcDatetime(), price: field.decimal({ null: false }) };
export class Address extends embeddedSchema({ zip: field.string() }) {}
export class Movie extends schema(
  "movies",
  {
    title: field.string({ null: false }),
    kind: field.enum(["short", "long"]),
    level: field.enum({ low: 1, high: 2 }),
    tags: field.array(field.string()),
    extra: field.json<{ a: number }>(),
    scores: field.map(field.integer()),
    ...stamps,
    address: embedsOne(() => Address),
    places: embedsMany({ x: field.integer() }),
    characters: () => hasMany(Character, { onReplace: "delete" }),
    lead: () => hasOne(Character, { where: { name: "x" } }),
    actors: () => manyToMany(Actor, { joinThrough: "movies_actors" }),
    peers: () => hasMany.through(["actors", "movies"]),
  },
  { timestamps: { type: "utcDatetime" } },
) {
  static changeset(movie: Movie | Built<Movie>, params: Params) {
    return cast(movie, params, ["title", "tags"]).castEmbed("address").validateRequired(["title"]);
  }
  static recent() {
    return from(Movie)
      .join("characters")
      .select((m, { characters }) => ({ title: m.title, name: characters.name }));
  }
}
export class Character extends schema("characters", { name: field.string(), movie: () => belongsTo(Movie, { null: false }) }) {}
export class Actor extends schema(
  "actors",
  { name: field.string(), movies: () => manyToMany(Movie, { joinThrough: "movies_actors" }) },
  { primaryKey: { uid: field.uuid({ autogenerate: true }) } },
) {}
export const house = schema.with({ timestamps: true, prefix: "house" });
export class Room extends house("rooms", { no: field.integer() }) {}
export const bare = schema("bares", { title: field.string() });

export const repo = createRepo({ adapter: sqlite({ database: ":memory:" }) });
export const other = createRepo({ adapter: postgres({ url: "postgres://localhost/x" }) });
export const config = defineConfig({ repo: "./repo.ts" });
export const tables = migration({ change: (m) => m.createTable("movies", (t) => t.add("title", "string")) });

export const preloaded = from(Movie).preload({ characters: true, actors: ["movies"], peers: from(Movie).limit(3) });
export const joined = from(Character)
  .leftJoin("movie")
  .where((c, { movie }) => and(c.name.eq("x"), movie.title.isNotNull()));
export const grouped = from(Movie)
  .groupBy("kind")
  .having(() => selectedAs<number>("n").gt(1))
  .select((m) => ({
    kind: m.kind,
    n: count().as("n"),
    mean: avg(m.price),
    total: coalesce(sum(m.price), avg(m.price)),
    best: m.kind.as("best"),
  }));
export const windowed = from(Movie).select((m) => [m.id, over(rowNumber(), { orderBy: m.title }), caseWhen(m.id.gt(1), "a").else("b")]);
export const mapped = from(Movie).select((m) =>
  merge(map(m, ["id"]), { loud: sql<string>`upper(${m.title})`, typed: type(m.id, field.string()) }),
);
export const inner = from(subquery(grouped)).where((g) => g.n.gt(1));
export const listed = from(values([{ id: 1 }], { id: field.integer() }));
export const filter = dynamic<Movie>((m) => m.title.eq("x"));
export const named = (title: string) =>
  from(Movie)
    .as("movie")
    .where(() => as("movie", Movie).title.eq(title));
export const ctes = from(cte<{ id: number }>("tree"));
export const own = (movie: Movie) => assoc(movie, "characters");

export const built = Movie.build({ title: "x" });
export const child = (movie: Movie) => buildAssoc(movie, "characters", { name: "x" });
export const changed = (movie: Movie) => change(movie, { title: "y" }).validateLength("title", { max: 9 });
export const load = async (id: number) => repo.preload(await repo.getOrThrow(Movie, id), ["characters", "actors"]);
export const save = (movie: Movie) => repo.update(Movie.changeset(movie, {}));
export const nested = async (movie: Movie) => {
  const loaded = await repo.preload(movie, "characters");
  return repo.updateOrThrow(change(loaded).putAssoc("characters", [{ name: "x" }]));
};
export const all = () => repo.all(preloaded);
export const page = () => repo.all(grouped);
export const pages = () => paginate(from(Movie).orderBy("id"), { repo, first: 3 });
export const steps = new Multi()
  .insert("movie", built)
  .run("count", async (r) => ({ ok: true, value: await r.aggregate(Movie, "count") }) as const);
export const looped = ["x", "y"].reduce((multi, title) => multi.insert(title, Movie.build({ title })), new Multi());
export const merged = steps.merge(({ count }) => (count > 1 ? new Multi().error("many", count) : new Multi()));
export const failed = async () => {
  const result = await repo.transact(merged);
  return result.ok ? null : result.error;
};
export const done = () => repo.transact(steps);
export const prepared = repo.prepare((p: Slots<{ id: number }>) => from(Movie).where((m) => m.id.eq(p.id)));
export const loadedOnly = (movie: Movie) => (isLoaded(movie, "characters") ? movie.characters : []);
export const bulk = () => repo.insertAll(Movie, [{ title: "x" }], { returning: ["id"] });
export const streamed = () => repo.stream(from(Movie));
export const some = from(Movie).select((m) => struct(m, ["id", "title"]));
export const someNested = from(Movie)
  .select((m) => struct(m, ["id", { characters: ["name"] }]))
  .preload("characters");
export const someMapped = from(Movie)
  .select((m) => map(m, ["id", { characters: ["name"] }]))
  .preload("characters");
export const fields = from(Movie).select(["id", "title"]);
export const best = subquery(from(Movie).select((m) => avg(m.price)));
export const ofBest = from(Movie).select((m) => ({ title: m.title, best, or: coalesce(best, m.price) }));
export const kinds = (m: Columns<Movie>) => caseWhen(m.id.gt(1), "a").when(m.id.gt(2), "b");
export const together = from(Movie).select((m) => fn<string | null>("string_agg", m.title, ", ").orderBy(m.title).distinct());
export const tags = from(Movie)
  .crossLateralJoin("t", (m) => sql<{ value: string }>`json_each(${m.tags})`)
  .select((_, { t }) => t.value);
export const locked = from(Movie).lock((m) => sql`FOR UPDATE OF ${m} SKIP LOCKED`);
export const written = () =>
  repo.insertAll(Movie, [{ title: "x" }], { returning: (m) => ({ id: m.id, loud: sql<string>`upper(${m.title})` }) });
export type Kept = RowOf<typeof ofBest>;
export const order = (m: Columns<Movie>) => [m.title.desc(), m.id.asc()];
export const joinedBy = (m: Columns<Movie>) => assoc(m, "characters");
export const quoted = sql.identifier("odd name");
export const shared = placeholder("same");
export const open = () => sqlite({ database: ":memory:" });
export const standard = toStandardSchema(Movie);
export const problems = (movie: Movie) => change(movie).traverseErrors();
export const unique = (movie: Movie) => change(movie, { title: "x" }).unsafeValidateUnique("title", repo);
export const info = Movie.schema;
export const about = (movie: Movie) => meta(movie);
export const text = types.string();
export const rows = () => repo.query("select 1");
export const key = references("movies");
export const either = dynamic.or([filter, null]);
export const inParts = (movie: Movie) => repo.transaction(async () => [movie, await repo.exists(Movie)] as const);

export const older = (condition: WhereArg<Movie, {}>) => from(Movie).where(condition);
export const reasonOf = (error: unknown) => (error instanceof Rollback ? error.reason : error instanceof LoadError ? error.message : null);
/** The parts of an adapter of one's own. */
export interface Parts {
  readonly adapter: Adapter;
  readonly codec: Codec;
  readonly pool: Pool;
  readonly connection: Connection;
  readonly migrationPort: MigrationPort;
  readonly sql: (query: PlannedQuery) => Compiled;
}
export const pairs = () => repo.query<[id: number, title: string]>("select id, title from movies");
export const left = () => repo.insertOrThrow(Movie.build(), { onConflict: "nothing" });
export const fresh = async (id: number) => repo.reload(await load(id));
export const sums = () => repo.aggregate(from(Movie), "sum", "price");
export const bulkGone = () => repo.deleteAll(from(Movie), { returning: ["id"] });

export const hinted = (hints: Hint) => from(Movie, { hints });
export const priced = (price: DecimalExpr<Decimal | null>, by: DecimalInput) => price.mul(by);
export const doubled = (m: Columns<Movie>) => m.price.mul(2);
export const orZero = (m: Columns<Movie>): ExprOf<Movie["price"]> => coalesce(m.price, 0);
export const dear = from(Movie)
  .where({ price: 1 })
  .update({ inc: { price: 1 } });
export const textOf = (operation: QueryOperation) => repo.toSql(operation, from(Movie)).sql;
export const later = (m: Columns<Movie>, count: IntervalCount, unit: IntervalUnit) => datetimeAdd(m.seenAt, count, unit);
export const ofTenant = createRepo({
  adapter: sqlite({ database: ":memory:" }),
  prepareQuery: (_operation, query, _options, about: QueryAbout) =>
    about.schema === null
      ? query
      : filterSources(query, (row, { schema }: QuerySource) => (schema?.field("orgId") ? row.orgId.eq(1) : null)),
});
export class Search extends Queryable<Movie> {
  toQuery() {
    return from(Movie);
  }
}
export const names: JsonNames<Movie> = ["title", { characters: ["name"] }];
export const jsonOptions: JsonOptions<Movie> = { except: ["extra"] };
export const json = (movie: Movie): JsonOf<Movie> => toJSON(movie, jsonOptions);
export const none: JsonNull = jsonNull;
export const typed: TypedData = { data: { n: 1 }, types: { n: "integer" } };
export const dumped = embeddedDump(typed);
export const kept = embedAs(text);
export const blank = emptyValues();
export const keyed = (movie: MaybeKeyed<Movie>) => movie.id;
export const counted = (result: BulkResult<Movie[]>) => result.rows;
export type Failures = MultiFailures<StepFailure<"movie", string>, {}>;
export type Fails = NoFailure;
