import { INSPECT, NotLoadedError, PRINT } from "../base/index.ts";

const MARK: unique symbol = Symbol("ectype.notLoaded");

/** What a placeholder tells when asked without throwing. */
interface Placeholder {
  readonly schema: string;
  readonly association: string;
}

/**
 * The placeholder of an association that is not loaded: one per schema and association, on the class's prototype.
 * Printing it says so, JSON leaves it out, and any use as data throws.
 */
export function notLoaded(schema: string, association: string): object {
  const text = `#NotLoaded<association "${association}" is not loaded>`;
  const quiet: Record<PropertyKey, unknown> = {
    [MARK]: { schema, association } satisfies Placeholder,
    [PRINT]: () => text,
    [INSPECT]: () => text,
    [Symbol.toStringTag]: "NotLoaded",
    [Symbol.toPrimitive]: () => text,
    association,
    toString: () => text,
    toJSON: () => undefined,
    // Asked for by `await`, by matchers and by serialisers: none of them means the rows.
    then: undefined,
    constructor: Object,
    asymmetricMatch: undefined,
    nodeType: undefined,
    $$typeof: undefined,
  };
  const fail = (use: string): never => {
    throw new NotLoadedError(
      association,
      `association "${association}" of ${schema} is not loaded, so it cannot be used as data (${use}). ` +
        `Load it first: repo.preload(struct, "${association}"), or .preload("${association}") on the query`,
    );
  };
  // Matchers look whether there is an iterator without meaning to use it.
  quiet[Symbol.iterator] = () => fail("iterating it");
  // console.log looks behind a proxy: what it prints stands on the target's prototype.
  const target = Object.freeze(Object.create(Object.freeze({ [INSPECT]: () => text })) as object);
  return new Proxy(target, {
    get(_, key) {
      if (key in quiet) return quiet[key];
      return fail(`reading ${typeof key === "symbol" ? key.toString() : `"${key}"`}`);
    },
    set: (_, key) => fail(`writing "${String(key)}"`),
    ownKeys: () => [],
    has: (_, key) => key === MARK,
  });
}

/** Whether a value is the placeholder of an association that is not loaded. */
export function isNotLoaded(value: unknown): boolean {
  return typeof value === "object" && value !== null && MARK in value;
}
