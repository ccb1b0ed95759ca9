export { Decimal } from "decimal.js";
export type { CustomType, ParameterizedType, TypeContext } from "./custom.ts";
export { deepEqual, INVALID } from "./define.ts";
export { type EnumValue, type EnumOptions, type EnumInput, enumCast, enumDumpValues, enumMappings, enumValues } from "./enum.ts";
export type { DecimalOptions } from "./numbers.ts";
export {
  customType,
  type NamedTypes,
  parameterizedType,
  resolveType,
  TYPE_NAMES,
  type TypeLike,
  type TypeName,
  type TypeValue,
  typeOf,
  types,
} from "./registry.ts";
export { isDuration } from "./duration.ts";
export { isBits } from "./strings.ts";
export { storedType } from "./stored.ts";
export { JsonNull, jsonNull } from "./json-null.ts";
export { jsonPartType } from "./json.ts";
export { redactedType, valueless } from "./redacted.ts";
export { isStorableText } from "./strings.ts";
export type { Instant, PlainDate, PlainDateTime, PlainTime, TemporalLike } from "./temporal.ts";
export type { Precision } from "./calendar.ts";
export { exactType, isCut } from "./exact.ts";
export { digitsIn, tooFine } from "./fraction.ts";
export { microsOf, withMicros } from "./micros.ts";
export type { TimeOptions } from "./times.ts";
export type { CastFailure, CastResult, Storage, Type } from "./type.ts";
export { isPlainUuid, isUuid, type UnixUnit, UUID, type UuidOptions } from "./uuid.ts";
export {
  castValue,
  dumpValue,
  embedAs,
  equalValues,
  formatType,
  includesValue,
  isBaseType,
  isCompositeType,
  isParameterizedType,
  isPrimitiveType,
  loadValue,
  matchTypes,
  trimValue,
} from "./values.ts";
