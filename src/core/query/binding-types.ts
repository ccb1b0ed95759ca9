import type { VALUE } from "../schema/index.ts";
import type { ExprOf } from "./decimal-expr.ts";
import type { ColumnsOf, Nullable } from "./row-types.ts";

// What the callbacks of a query get.

/** A source as callbacks get it: an expression per column. */
export type Binding<R> =
  R extends Nullable<infer S>
    ? NullableColumns<S>
    : string extends keyof ColumnsOf<R>
      ? // a table without a schema may have any column
        any
      : Columns<R>;
// Named for the sake of messages and hovers: Columns<Movie>.
/** The columns of a source, as expressions; where all of it is selected, the row itself. */
export type Columns<R> = Exprs<ColumnsOf<R>> & { readonly [VALUE]: R };
/** The columns of a source that may be missing: each of them may be null. */
export type NullableColumns<R> = NullExprs<ColumnsOf<R>> & { readonly [VALUE]: R | null };
// Mapped over the columns themselves, not over the row: each property is then worked out only when it is named.
type Exprs<F> = { readonly [K in keyof F]: ExprOf<F[K]> };
type NullExprs<F> = { readonly [K in keyof F]: ExprOf<F[K] | null> };
/** The named joins of a query. */
export type Joins<J> = { readonly [K in keyof J]: Binding<J[K]> };

/** An association of a binding, for joins. */
export interface AssocRef<S> {
  readonly [VALUE]: S;
  readonly association: string;
}
