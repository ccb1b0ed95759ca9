import type { SOURCE, VALUE } from "./phantom.ts";

/**
 * The struct of a schema class: what its `prototype` says, or, where a class was not extended, what it constructs.
 * `schema()` leaves the prototype's type open: the compiler would compare every property of every schema with it.
 */
export type InstanceOf<S> = S extends { readonly prototype: infer I } ? (unknown extends I ? Constructed<S, I> : I) : RowIn<S>;
type Constructed<S, I> = S extends new (token: never) => infer R ? R : I;
/** What else is read: a query gives what it selects, a table with a schema the schema's structs. */
type RowIn<S> = S extends { readonly [SOURCE]: "source"; readonly [VALUE]: infer T }
  ? T
  : S extends readonly [unknown, infer C]
    ? InstanceOf<C>
    : never;
