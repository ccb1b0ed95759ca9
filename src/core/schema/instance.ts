/**
 * The struct of a schema class: what its `prototype` says, or, where a class was not extended, what it constructs.
 * `schema()` leaves the prototype's type open: the compiler would compare every property of every schema with it.
 */
export type InstanceOf<S> = S extends { readonly prototype: infer I } ? (unknown extends I ? Constructed<S, I> : I) : never;
type Constructed<S, I> = S extends new (token: never) => infer R ? R : I;
