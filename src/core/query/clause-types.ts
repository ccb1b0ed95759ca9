import type { FieldAttr } from "../schema/index.ts";
import type { Binding, Joins } from "./binding-types.ts";
import type { JoinKindClause } from "./compose-types.ts";
import type { Literal } from "./decimal-expr.ts";
import type { Condition, Dynamic, Expr, NEEDS, OrderTerm } from "./expr.ts";
import type { OrderDirection, QueryOperation } from "./node.ts";
import type { ColumnsOf, Nullable } from "./row-types.ts";

// What the methods of a query take.

type FieldsIn<R> = keyof ColumnsOf<R> & string;

export type WhereObject<R> = Given<ColumnsOf<R>>;
type Given<F> = { readonly [K in keyof F]?: Literal<NonNullable<F[K]>> };
export type ConditionFn<R, J> = (root: Binding<R>, joins: Joins<J>) => Condition;
/** A condition: a callback, an object of equalities, a `dynamic`, or one that names nothing of the query, such as `exists(other)`. */
export type WhereArg<R, J> = ConditionFn<R, J> | WhereObject<R> | Condition | DynamicFor<R, J>;

type OneOrMany<T> = T | readonly T[];
export type OrderArg<R, J> =
  | ((root: Binding<R>, joins: Joins<J>) => OneOrMany<OrderTerm>)
  | OneOrMany<FieldsIn<R>>
  | { readonly [K in FieldsIn<R>]?: OrderDirection | SnakeCaseDirection }
  | DynamicFor<R, J>;
/** @deprecated Write `"ascNullsFirst"`, `"ascNullsLast"`, `"descNullsFirst"` and `"descNullsLast"`. */
export type SnakeCaseDirection = "asc_nulls_first" | "asc_nulls_last" | "desc_nulls_first" | "desc_nulls_last";
export type GroupArg<R, J> = ((root: Binding<R>, joins: Joins<J>) => OneOrMany<Expr<unknown>>) | OneOrMany<FieldsIn<R>> | DynamicFor<R, J>;

type SetValues<R> = {
  readonly [K in keyof ColumnsOf<R>]?:
    | Literal<FieldAttr<ColumnsOf<R>[K]>>
    | Expr<ColumnsOf<R>[K] | NonNullable<ColumnsOf<R>[K]> | null>
    | Dynamic<RowIn<R>>;
};
type IncValues<R> = {
  readonly [K in keyof ColumnsOf<R>]?: Literal<NonNullable<ColumnsOf<R>[K]>> | Expr<ColumnsOf<R>[K]> | Dynamic<RowIn<R>>;
};
type ItemValues<R> = {
  readonly [K in keyof ColumnsOf<R>]?: NonNullable<ColumnsOf<R>[K]> extends readonly (infer I)[] ? I | Expr<I> : never;
};
/** What an update writes: values or expressions by field. */
export interface UpdateSpec<R> {
  readonly set?: SetValues<R>;
  readonly inc?: IncValues<R>;
  readonly push?: ItemValues<R>;
  readonly pull?: ItemValues<R>;
}

/** What the database is told about a source: a hint that is known, or a fragment. */
export type Hint = string | Expr<unknown>;
export interface SourceOptions {
  readonly prefix?: string | null;
  /** `INDEXED BY name`, `NOT INDEXED`, `TABLESAMPLE BERNOULLI (10)`; whatever else as a fragment, sql`…`. */
  readonly hints?: Hint | readonly Hint[];
  /** The names of a fragment's columns, so that all of it can be selected. */
  readonly columns?: readonly string[];
}
/** What an update takes: the values by field, or a callback that says them. */
export type UpdateArg<R, J> = UpdateSpec<R> | ((root: Binding<R>, joins: Joins<J>) => UpdateSpec<R>);
/** The condition of a join: a callback, a `dynamic`, an object of equalities on what is joined, `T`, or a condition that names nothing of the query. */
export type OnArg<R, J, T> = ConditionFn<R, J> | WhereObject<T> | Condition | DynamicFor<R, J>;
export interface JoinOptions<R, J, T> extends SourceOptions {
  /** Another condition beside that of the association. */
  readonly on?: OnArg<R, J, T>;
}
export interface FromOptions<R> extends SourceOptions {
  readonly as?: string;
  readonly where?: WhereArg<R, {}>;
  readonly orWhere?: WhereArg<R, {}>;
  readonly orderBy?: OrderArg<R, {}>;
  readonly limit?: number;
  readonly offset?: number;
}
export interface CteOptions {
  readonly recursive?: boolean;
  readonly materialized?: boolean;
  readonly operation?: QueryOperation;
  /** Of a recursive one, the order in which it finds its rows: sql`DEPTH FIRST BY id SET place`. */
  readonly search?: Expr<unknown>;
  /** How it ends where rows lead back to themselves: sql`id SET again USING path`. */
  readonly cycle?: Expr<unknown>;
}
export type Lock = `FOR ${"UPDATE" | "NO KEY UPDATE" | "SHARE" | "KEY SHARE"}${"" | " NOWAIT" | " SKIP LOCKED"}`;
export type Clause =
  | "where" | "orderBy" | "groupBy" | "having" | "distinct" | "select" | "combinations" | "ctes" | "limit" | "offset" | "lock" | "preload" | "update" | "windows" | "joins"
  | JoinKindClause; // biome-ignore format: a list of names

/** A dynamic that a query takes: one that needs no more than is there. */
// An interface, of which the compiler works out what is needed only where a dynamic is given.
interface DynamicFor<R, J> {
  readonly kind: "dynamic";
  readonly [NEEDS]?: (root: RowIn<R>, joins: { [K in keyof J]: RowIn<J[K]> }) => void;
  build(root: unknown, joins: unknown): Expr<unknown> | null;
}
// a table without a schema may have any column
type RowIn<R> = R extends Nullable<infer S> ? RowIn<S> : string extends keyof ColumnsOf<R> ? any : R;
/** A table, or a fragment, whose rows are read as a schema's. */
export type TableAs<S> = readonly [table: string | Expr<unknown>, schema: S];
/** The rows of a fragment, as its own type says. */
export type RowsAs<T> = unknown extends T ? Record<string, any> : T;
