import { buildAssoc, cast, change, type Changeset, Multi, setErrorTranslator, toStandardSchema } from "ectype";
import { Actor, Character, type Context, type Movie } from "../docstring-prelude.ts";
import { odd, type Tries } from "./tries.ts";

const later = { "~standard": { version: 1, vendor: "none", validate: async () => ({ value: 1 }) } } as const;
const wrong = (run: (changeset: Changeset<Movie>) => unknown) => ({ ArgumentError: ({ changeset }: Context) => run(changeset) });
const unloaded = (run: (changeset: Changeset<Movie>) => unknown) => ({ NotLoadedError: ({ changeset }: Context) => run(changeset) });
const plain = () => change({ data: { year: 1 }, types: { year: "integer" } });

export const changesets: Tries = {
  cast: { ArgumentError: ({ movie }) => cast(movie, {}, [odd("titel")]), CastError: ({ movie }) => cast(movie, odd(1), ["title"]) },
  change: { ArgumentError: ({ movie }) => change(movie, odd({ titel: 1 })) },
  "Changeset.cast": { ...wrong((cs) => cs.cast({}, [odd("titel")])), CastError: ({ changeset }) => changeset.cast(odd(1), ["title"]) },
  "Changeset.change": wrong((cs) => cs.change(odd({ titel: 1 }))),
  "Changeset.putChange": wrong((cs) => cs.putChange(odd("titel"), odd(1))),
  "Changeset.forceChange": wrong((cs) => cs.forceChange(odd("titel"), odd(1))),
  "Changeset.updateChange": wrong((cs) => cs.updateChange("title", odd(1))),
  "Changeset.merge": { ArgumentError: ({ changeset, actor }) => changeset.merge(odd(change(actor))) },
  "Changeset.getField": unloaded((cs) => cs.getField("distributor" as never)),
  "Changeset.fetchFieldOrThrow": wrong((cs) => cs.fetchFieldOrThrow(odd("titel"))),
  "Changeset.fetchChangeOrThrow": wrong((cs) => cs.fetchChangeOrThrow("title")),
  "Changeset.getAssoc": unloaded((cs) => (cs as unknown as { getAssoc(name: string): unknown }).getAssoc("distributor")),
  "Changeset.changed": wrong((cs) => cs.changed(odd("titel"))),
  "Changeset.fieldMissing": { ...wrong((cs) => cs.fieldMissing(odd("titel"))), ...unloaded((cs) => cs.fieldMissing("distributor")) },
  "Changeset.putAssoc": {
    NotLoadedError: ({ movie }) => (change(movie) as unknown as Loose).putAssoc("distributor", null),
    ArgumentError: ({ movie }) => (change(movie) as unknown as Loose).putAssoc("actors", [Character.build()]),
  },
  "Changeset.castAssoc": {
    NotLoadedError: ({ changeset }) => (changeset.cast({ characters: [{}] }, []) as unknown as Loose).castAssoc("characters"),
    ArgumentError: ({ movie }) => change(movie).castAssoc("actors"),
  },
  "Changeset.putEmbed": { ArgumentError: ({ actor, changeset }) => changeset.putEmbed("reviews", [odd(actor)]) },
  "Changeset.castEmbed": wrong((cs) => cs.castEmbed("reviews")),
  "Changeset.reorderAssoc": wrong((cs) => cs.reorderAssoc("actors")),
  "Changeset.validateRequired": {
    ...wrong((cs) => cs.validateRequired(odd("titel"))),
    ...unloaded((cs) => cs.validateRequired("distributor")),
  },
  "Changeset.validateLength": wrong((cs) => cs.validateLength("title", { min: -1 })),
  "Changeset.validateFormat": wrong((cs) => cs.putChange("year", 1).validateFormat("year", /a/)),
  "Changeset.validateNumber": wrong((cs) => cs.validateNumber("year", odd({ above: 1 }))),
  "Changeset.validateInclusion": wrong((cs) => cs.validateInclusion("year", odd(1))),
  "Changeset.validateExclusion": wrong((cs) => cs.validateExclusion("year", odd(1))),
  "Changeset.validateSubset": wrong((cs) => cs.validateSubset("genres", odd(1))),
  "Changeset.validateChange": wrong((cs) => cs.putChange("title", "a").validateChange("title", () => odd(1))),
  "Changeset.validateWith": wrong((cs) => cs.putChange("title", "a").validateWith("title", odd(later))),
  "Changeset.validateWithAsync": wrong((cs) => cs.validateWithAsync("title", odd(1))),
  "Changeset.unsafeValidateUnique": { ArgumentError: ({ repo }) => plain().unsafeValidateUnique("year", repo) },
  "Changeset.uniqueConstraint": wrong((cs) => cs.uniqueConstraint(odd("titel"))),
  "Changeset.foreignKeyConstraint": wrong((cs) => cs.foreignKeyConstraint(odd("titel"))),
  "Changeset.assocConstraint": wrong((cs) => cs.assocConstraint("actors")),
  "Changeset.noAssocConstraint": { ArgumentError: () => change(Character.build()).noAssocConstraint("movie") },
  "Changeset.checkConstraint": wrong((cs) => cs.checkConstraint("year", {})),
  "Changeset.exclusionConstraint": wrong((cs) => cs.exclusionConstraint(odd("titel"))),
  "Changeset.prepareChanges": wrong((cs) => cs.prepareChanges(odd(1))),
  "Changeset.optimisticLock": wrong((cs) => cs.optimisticLock(odd("titel"))),
  "Changeset.withEmptyValues": wrong((cs) => cs.withEmptyValues(odd(1))),
  "Changeset.withRepoOpts": wrong((cs) => cs.withRepoOpts(odd(1))),
  "Changeset.addError": wrong((cs) => cs.addError("title", odd(1))),
  "Changeset.traverseErrors": wrong((cs) => cs.traverseErrors(odd(1))),
  "Changeset.traverseValidations": wrong((cs) => cs.traverseValidations(odd(1))),
  "Changeset.applyAction": wrong((cs) => cs.applyAction(odd(1))),
  "Changeset.applyActionOrThrow": {
    InvalidChangesetError: ({ changeset }) => changeset.addError("title", "is odd").applyActionOrThrow("update"),
  },
  setErrorTranslator: { ArgumentError: () => setErrorTranslator(odd(1)) },
  toStandardSchema: { ArgumentError: () => toStandardSchema(odd(1)) },
  buildAssoc: { ArgumentError: ({ movie }) => buildAssoc(movie, odd("nothing")) },
  ...taken("insert", (multi, movie) => multi.insert("a", movie)),
  ...taken("update", (multi, movie) => multi.update("a", change(movie))),
  ...taken("delete", (multi, movie) => multi.delete("a", movie)),
  ...taken("insertOrUpdate", (multi, movie) => multi.insertOrUpdate("a", change(movie))),
  ...taken("insertAll", (multi) => multi.insertAll("a", Actor, [])),
  ...taken("updateAll", (multi) => multi.updateAll("a", Actor)),
  ...taken("deleteAll", (multi) => multi.deleteAll("a", Actor)),
  ...taken("one", (multi) => multi.one("a", Actor)),
  ...taken("all", (multi) => multi.all("a", Actor)),
  ...taken("exists", (multi) => multi.exists("a", Actor)),
  ...taken("run", (multi) => multi.run("a", () => odd(1))),
  ...taken("put", (multi) => multi.put("a", 1)),
  ...taken("error", (multi) => multi.error("a", 1)),
  ...taken("merge", (multi) => multi.merge(odd(1))),
  ...taken("append", (multi) => multi.append(new Multi().put("a", 1))),
  ...taken("prepend", (multi) => multi.prepend(new Multi().put("a", 1))),
  ...taken("inspect", (multi) => multi.inspect(odd({ odd: 1 }))),
};

interface Loose {
  putAssoc(name: string, value: unknown): unknown;
  castAssoc(name: string): unknown;
}

/** A step of a Multi that has the name "a" already. */
function taken(method: string, step: (multi: Multi<{ a: number }>, movie: Movie) => unknown): Tries {
  return { [`Multi.${method}`]: { ArgumentError: ({ movie }) => step(new Multi().put("a", 1) as never, movie) } };
}
