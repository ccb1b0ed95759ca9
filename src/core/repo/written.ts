import type { Persisted, WithLoaded } from "../schema/index.ts";

/** What a write gives back: the struct as it is in the database, with what was put and cast into it loaded. */
export type Written<S, P extends string> = [P] extends [never] ? Persisted<S> : WithLoaded<Persisted<S>, P>;
