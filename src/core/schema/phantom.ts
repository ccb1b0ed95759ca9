// Keys that exist in types alone: what the compiler must remember about a value, without a property at run time.

/** The value type of a field or an expression. */
export declare const VALUE: unique symbol;
/** A struct's definition, as it was given to `schema()`. */
export declare const DEF: unique symbol;
/** The class of a struct, whatever is loaded of it: a built one and one with preloads remember it too. */
export declare const SELF: unique symbol;
/** A struct's fields and their types, associations left out. */
export declare const FIELDS: unique symbol;
/** The names of a struct's associations. */
export declare const ASSOCS: unique symbol;
/** The names of a struct's embeds. */
export declare const EMBEDS: unique symbol;
/** The value of a struct's primary key. */
export declare const KEY: unique symbol;
/** The names of the fields of a struct's primary key. */
export declare const KEYS: unique symbol;
/** Marks a struct that is not inserted yet, and holds the type that it has once it is. */
export declare const BUILT: unique symbol;
/** Tells structs, placeholders and references apart. */
export declare const KIND: unique symbol;
/** The value of a field, or of an association that is loaded, in a row: null where it may be missing. */
export declare const ROW: unique symbol;
/** What a `belongsTo` refers to, and its options. */
export declare const REFERS: unique symbol;
/** Marks what rows are read from, other than a schema: a query, a subquery, a CTE, a list of values. */
export declare const SOURCE: unique symbol;
/** The steps of a through association. */
export declare const STEPS: unique symbol;
