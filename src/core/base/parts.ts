// Trees of data whose kinds of parts are written down once: what is added to a type and forgotten in its table does not compile.

/** Gives a part back as it is, or as another; `visit` says what becomes of the parts below it. */
export type Mapper<T, V> = (part: T, visit: V) => T;

/** Stands in a table for a property that holds no parts. */
export const KEPT: unique symbol = Symbol("ectype.kept");

/** Every property of a part: how it is mapped, or that it stays. */
export type PartTable<T, V> = { readonly [K in keyof T]-?: Mapper<Exclude<T[K], undefined>, V> | typeof KEPT };

/** Maps the parts in an object; where none becomes another, the object stays the same one. */
export function partsOf<T extends object, V>(table: PartTable<T, V>): Mapper<T, V> {
  const steps = (Object.entries(table) as [keyof T, Mapper<T[keyof T], V> | typeof KEPT][]).flatMap(([key, map]) =>
    map === KEPT ? [] : [{ key, map }],
  );
  return (whole, visit) => {
    let made: T | null = null;
    for (const { key, map } of steps) {
      const part = whole[key];
      if (part === undefined) continue;
      const mapped = map(part, visit);
      if (mapped !== part) made = { ...(made ?? whole), [key]: mapped };
    }
    return made ?? whole;
  };
}

/** Maps the parts in one of several kinds of objects. */
export function partsByKind<T extends { readonly kind: string }, V>(
  tables: {
    readonly [K in T["kind"]]: PartTable<Extract<T, { readonly kind: K }>, V>;
  },
): Mapper<T, V> {
  const mappers = new Map((Object.entries(tables) as [string, PartTable<T, V>][]).map(([kind, table]) => [kind, partsOf(table)]));
  return (part, visit) => mappers.get(part.kind)?.(part, visit) ?? part;
}

export function listOf<T, V>(one: Mapper<T, V>): Mapper<readonly T[], V> {
  return (list, visit) => {
    const mapped = list.map((part) => one(part, visit));
    return mapped.some((part, at) => part !== list[at]) ? mapped : list;
  };
}

export function orNull<T, V>(one: Mapper<T, V>): Mapper<T | null, V> {
  return (part, visit) => (part === null ? null : one(part, visit));
}

/** Pairs of a name and a part. */
export function namedList<T, V>(one: Mapper<T, V>): Mapper<readonly (readonly [string, T])[], V> {
  return listOf((entry, visit) => {
    const mapped = one(entry[1], visit);
    return mapped === entry[1] ? entry : [entry[0], mapped];
  });
}
