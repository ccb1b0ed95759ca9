import * as ectype from "ectype";
import { castValue, Decimal, dumpValue, embeddedLoad, enumValues, field, loadValue, meta, schema, toJSON, types, UUID } from "ectype";
import { Movie } from "../docstring-prelude.ts";
import { odd, type Tries } from "./tries.ts";

class Keyless extends schema("movies", { title: field.string() }, { primaryKey: false }) {}
const unknownType = odd("strnig");
const argument = (run: () => unknown) => ({ ArgumentError: run });

export const schemas: Tries = {
  embeddedDump: { TypeError: () => ectype.embeddedDump({ data: { year: "x" }, types: { year: "integer" } }) },
  embeddedLoad: {
    ArgumentError: () => embeddedLoad({ year: "integer" }, odd(1)),
    LoadError: () => embeddedLoad(Movie, { title: 1 }),
  },
  embeddedSchema: { SchemaError: () => class extends ectype.embeddedSchema({ a: odd(1) }) {}.build() },
  enumCast: argument(() => ectype.enumCast(Movie, "title", 1)),
  enumDumpValues: argument(() => ectype.enumDumpValues(Movie, "title")),
  enumMappings: argument(() => ectype.enumMappings(Movie, "title")),
  enumValues: argument(() => enumValues(Movie, odd("titel"))),
  "field.uuid": argument(() => field.uuid({ version: odd(5) })),
  "field.array": argument(() => field.array(odd("string"))),
  "field.enum": argument(() => field.enum([])),
  "field.vector": argument(() => field.vector(0)),
  "field.of": argument(() => field.of(odd(1))),
  isLoaded: { ArgumentError: ({ movie }) => ectype.isLoaded(movie, odd("nothing")) },
  meta: argument(() => meta({})),
  primaryKey: argument(() => ectype.primaryKey(odd({}))),
  primaryKeyOrThrow: { NoPrimaryKeyFieldError: () => ectype.primaryKeyOrThrow(odd(Keyless.build())) },
  putMeta: { ArgumentError: ({ movie }) => ectype.putMeta(movie, { state: odd("odd") }) },
  resetFields: { SchemaError: ({ movie }) => ectype.resetFields(movie, [odd("titel")]) },
  schema: { ArgumentError: () => schema(odd(1), {}), SchemaError: () => class extends schema("odd", { a: odd(1) }) {}.build() },
  "SchemaInfo.fieldOrThrow": { SchemaError: () => Movie.schema.fieldOrThrow("titel") },
  "SchemaInfo.associationOrThrow": { SchemaError: () => Movie.schema.associationOrThrow("nothing") },
  toJSON: {
    ArgumentError: ({ movie }) => toJSON(movie, { only: [odd("titel")] }),
    NotLoadedError: ({ movie }) => toJSON(movie, { only: ["distributor"] }),
  },
  castValue: { CastError: () => castValue("integer", "x"), ArgumentError: () => castValue(unknownType, "x") },
  dumpValue: { TypeError: () => dumpValue("integer", "x"), ArgumentError: () => dumpValue(unknownType, "x") },
  loadValue: { TypeError: () => loadValue("integer", "x"), ArgumentError: () => loadValue(unknownType, "x") },
  embedAs: argument(() => ectype.embedAs(unknownType)),
  equalValues: argument(() => ectype.equalValues(unknownType, 1, new Decimal(1))),
  formatType: argument(() => ectype.formatType(unknownType)),
  isBaseType: argument(() => ectype.isBaseType(unknownType)),
  isPrimitiveType: argument(() => ectype.isPrimitiveType(unknownType)),
  includesValue: argument(() => ectype.includesValue(unknownType, 1, [1])),
  matchTypes: argument(() => ectype.matchTypes("string", unknownType)),
  "types.decimal": argument(() => types.decimal(odd({ odd: 1 }))),
  "types.uuid": argument(() => types.uuid({ version: odd(5) })),
  "types.date": argument(() => types.date(odd({ odd: 1 }))),
  "types.time": argument(() => types.time(odd({ odd: 1 }))),
  "types.naiveDatetime": argument(() => types.naiveDatetime(odd({ odd: 1 }))),
  "types.utcDatetime": argument(() => types.utcDatetime(odd({ odd: 1 }))),
  "types.enum": argument(() => types.enum([])),
  "types.vector": argument(() => types.vector(0)),
  "types.custom": argument(() => types.custom(odd({ type: "string" }))),
  "types.parameterized": argument(() => types.parameterized(odd({ type: "string" }), {})),
  "UUID.generate": argument(() => UUID.generate({ version: odd(5) })),
  "UUID.generateBytes": argument(() => UUID.generateBytes({ version: odd(5) })),
  "UUID.parse": argument(() => UUID.parse("x")),
  "UUID.format": argument(() => UUID.format(new Uint8Array(1))),
  "UUID.version": argument(() => UUID.version("x")),
  "UUID.toUnix": argument(() => UUID.toUnix(UUID.generate())),
  "UUID.toDatetime": argument(() => UUID.toDatetime(UUID.generate())),
};
