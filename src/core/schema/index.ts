export * from "./association.ts";
export { checkSchemas } from "./check.ts";
export { embeddedDump, embeddedLoad, type TypedData } from "./embed.ts";
export { embedsMany, embedsOne } from "./embeds.ts";
export { enumCast, enumDumpValues, enumMappings, enumValues } from "./enums.ts";
export { shown, structDoc } from "./display.ts";
export * from "./field.ts";
export {
  type AssociationInfo,
  type EmbedInfo,
  type FieldInfo,
  type JoinedAssociation,
  type JoinTable,
  type KeyedAssociation,
  type Meta,
  type AssociationKind,
  SchemaInfo,
  type ThroughAssociation,
} from "./info.ts";
export { cloneStruct, meta, putMeta, setMeta, structInfo, tryStructInfo } from "./meta.ts";
export type { InstanceOf } from "./instance.ts";
export { type JsonNames, type JsonOf, type JsonOptions, toJSON } from "./json.ts";
export { isNotLoaded } from "./not-loaded.ts";
export type { IsJoined, OwnerKey } from "./key-types.ts";
export type { ASSOCS, BUILT, DEF, FIELDS, KEY, KEYS, KIND, SELF, SOURCE, STEPS, VALUE } from "./phantom.ts";
export { infoOf } from "./registry.ts";
export { type EmbeddedClass, embeddedSchema, schema, type SchemaClass } from "./schema.ts";
export {
  applyDefaults,
  blankStruct,
  buildAssoc,
  buildStruct,
  defaultOf,
  freshOf,
  isLoaded,
  primaryKey,
  primaryKeyOrThrow,
  resetFields,
} from "./struct.ts";
export type * from "./types.ts";
