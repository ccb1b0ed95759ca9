import { change, createRepo, err, field, from, placeholder, type Repo, schema, type Slots, sql } from "ectype";
import { defineConfig } from "ectype/config";
import { postgres } from "ectype/postgres";
import { sqlite } from "ectype/sqlite";
import { adapterCases } from "../../../src/testing/cases/index.ts";
import { Actor, type Context, Movie } from "../docstring-prelude.ts";
import { odd, type Tries } from "./tries.ts";

class Keyless extends schema("movies", { title: field.string() }, { primaryKey: false }) {}
class Missing extends schema("no_such_table", { title: field.string() }) {}

const several = ({ repo }: Context) => repo.prepare((p: Slots<{ year: number }>) => from(Movie).where((m) => m.year.gt(p.year)));
const gary = () => Actor.build({ name: "Gary" });
const gone = async ({ repo, movie }: Context) => {
  await repo.deleteAll(from(Movie).where({ id: movie.id }));
  return change(movie, { title: "Gone" });
};
const invalid = ({ changeset }: Context) => changeset.addError("title", "is odd");
/** A row that another refers to. */
const referred = async ({ repo }: Context) => {
  await repo.query("create table if not exists fans (actor_id integer references actors (id))");
  await repo.query("insert into fans values (2)");
};
const withInnerRollback = async (repo: Repo) => {
  await repo.transact(async () => err("inner"));
  await repo.aggregate(Movie, "count");
};

export const repoTries: Tries = {
  createRepo: { ConfigError: () => createRepo(odd({})) },
  defineConfig: { ConfigError: () => defineConfig(odd({ odd: 1 })) },
  sqlite: { ConfigError: () => sqlite(odd({ odd: 1 })) },
  postgres: { ConfigError: () => postgres({ url: "nonsense" }) },
  adapterCases: { ArgumentError: () => adapterCases(odd({ odd: 1 })) },
  placeholder: { ArgumentError: () => placeholder(odd(1)) },
  "PreparedQuery.all": {
    ArgumentError: (context) => several(context).all(odd({})),
    CastError: (context) => several(context).all({ year: odd("x") }),
  },
  "PreparedQuery.one": {
    MultipleResultsError: (context) => several(context).one({ year: 1 }),
    CastError: (context) => several(context).one({ year: odd("x") }),
  },
  "PreparedQuery.oneOrThrow": {
    NoResultsError: (context) => several(context).oneOrThrow({ year: 3000 }),
    MultipleResultsError: (context) => several(context).oneOrThrow({ year: 1 }),
  },
  "Repo.all": { QueryError: ({ repo }) => repo.all(from("movies")), DatabaseError: ({ repo }) => repo.all(Missing) },
  "Repo.one": { MultipleResultsError: ({ repo }) => repo.one(Movie) },
  "Repo.oneOrThrow": {
    NoResultsError: ({ repo }) => repo.oneOrThrow(from(Movie).where({ id: 9 })),
    MultipleResultsError: ({ repo }) => repo.oneOrThrow(Movie),
  },
  "Repo.get": {
    ArgumentError: ({ repo }) => repo.get(Movie, odd(null)),
    CastError: ({ repo }) => repo.get(Movie, "x"),
    NoPrimaryKeyFieldError: ({ repo }) => repo.get(Keyless, odd(1)),
  },
  "Repo.getOrThrow": { NoResultsError: ({ repo }) => repo.getOrThrow(Movie, 9), CastError: ({ repo }) => repo.getOrThrow(Movie, "x") },
  "Repo.getBy": {
    ArgumentError: ({ repo }) => repo.getBy(Movie, {}),
    MultipleResultsError: ({ repo }) => repo.getBy(Movie, { released: true }),
  },
  "Repo.getByOrThrow": {
    NoResultsError: ({ repo }) => repo.getByOrThrow(Movie, { id: 9 }),
    MultipleResultsError: ({ repo }) => repo.getByOrThrow(Movie, { released: true }),
  },
  "Repo.allBy": { ArgumentError: ({ repo }) => repo.allBy(Movie, {}) },
  "Repo.stream": {
    QueryError: async ({ repo }) => {
      for await (const _ of repo.stream(from(Movie).preload("actors"))) break;
    },
  },
  "Repo.prepare": { ArgumentError: ({ repo }) => repo.prepare(odd(1)) },
  "Repo.aggregate": { ArgumentError: ({ repo }) => repo.aggregate(Movie, "max", odd(1)) },
  "Repo.reload": { NoPrimaryKeyValueError: ({ repo }) => repo.reload(gary()) },
  "Repo.reloadOrThrow": {
    NoResultsError: async (context) => context.repo.reloadOrThrow((await gone(context)).data),
    NoPrimaryKeyValueError: ({ repo }) => repo.reloadOrThrow(gary()),
  },
  "Repo.preload": { ArgumentError: ({ repo }) => repo.preload(odd(1), odd("actors")) },
  "Repo.insert": {
    ConstraintError: ({ repo }) => repo.insert(gary()),
    ChangeError: ({ repo }) => repo.insert(Actor.build({ name: odd(1) })),
  },
  "Repo.insertOrThrow": {
    InvalidChangesetError: (context) => context.repo.insertOrThrow(change(gary()).addError("name", "is odd")),
    ConstraintError: ({ repo }) => repo.insertOrThrow(gary()),
  },
  "Repo.update": {
    StaleEntryError: async (context) => context.repo.update(await gone(context)),
    ConstraintError: ({ repo, actor }) => repo.update(change(actor, { name: "Gary" })),
  },
  "Repo.updateOrThrow": {
    InvalidChangesetError: (context) => context.repo.updateOrThrow(invalid(context)),
    StaleEntryError: async (context) => context.repo.updateOrThrow(await gone(context)),
  },
  "Repo.delete": {
    StaleEntryError: async (context) => context.repo.delete((await gone(context)).data),
    ConstraintError: async (context) => {
      await referred(context);
      await context.repo.delete(await context.repo.getOrThrow(Actor, 2));
    },
  },
  "Repo.deleteOrThrow": {
    InvalidChangesetError: (context) => context.repo.deleteOrThrow(invalid(context)),
    StaleEntryError: async (context) => context.repo.deleteOrThrow((await gone(context)).data),
  },
  "Repo.insertOrUpdate": {
    ArgumentError: async ({ repo, movie }) => repo.insertOrUpdate(change(await repo.deleteOrThrow(movie))),
    StaleEntryError: async (context) => context.repo.insertOrUpdate(await gone(context)),
  },
  "Repo.insertOrUpdateOrThrow": { InvalidChangesetError: (context) => context.repo.insertOrUpdateOrThrow(invalid(context)) },
  "Repo.insertAll": {
    ConstraintError: ({ repo }) => repo.insertAll(Actor, [{ name: "Gary" }]),
    ChangeError: ({ repo }) => repo.insertAll(Actor, [{ name: odd(1) }]),
  },
  "Repo.updateAll": {
    ConstraintError: ({ repo }) => repo.updateAll(Actor, { set: { name: "Same" } }),
    QueryError: ({ repo }) => repo.updateAll(Actor),
  },
  "Repo.deleteAll": {
    ConstraintError: async (context) => {
      await referred(context);
      await context.repo.deleteAll(Actor);
    },
    QueryError: ({ repo }) => repo.deleteAll(from(Actor).groupBy("name")),
  },
  "Repo.transaction": {
    TransactionError: ({ repo }) => repo.transaction(() => withInnerRollback(repo)),
  },
  "Repo.transact": {
    ArgumentError: ({ repo }) => repo.transact(odd(() => 1)),
    TransactionError: ({ repo }) => repo.transact(odd(() => withInnerRollback(repo))),
  },
  "Repo.rollback": { ArgumentError: ({ repo }) => repo.rollback("out") },
  "Repo.checkout": { ArgumentError: ({ repo }) => repo.checkout(odd(1)) },
  "Repo.query": {
    DatabaseError: ({ repo }) => repo.query("select nonsense"),
    TransactionError: ({ repo }) => repo.query("BEGIN"),
  },
  "Repo.toSql": { QueryError: ({ repo }) => repo.toSql("all", from("movies")) },
  "Repo.explain": {
    DatabaseError: ({ repo }) =>
      repo.explain(
        "all",
        from(Movie).where(() => sql<boolean>`nonsense`),
      ),
  },
};
