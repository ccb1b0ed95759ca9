export { Assembler } from "./assemble.ts";
export { type HeldInJson, isInlinable } from "./inline.ts";
export { type Fingerprint, fingerprint, type ParamValue } from "./key.ts";
export { failingColumn, type LoaderOf, type RowLoader, rowLoader, typesOf, type ValueLoader } from "./loader.ts";
export { mapPlannedExpr, mapPlannedJoins, mapPlannedQuery, mapPlannedReturning, mapPlannedSource, type PlannedVisitor } from "./parts.ts";
export { type Packed, packedValue, type Packing } from "./packing.ts";
export type * from "./planned.ts";
export { type PlannerResult, planQuery } from "./planner.ts";
export type { RootShape, Shape, StructShape } from "./shape.ts";
