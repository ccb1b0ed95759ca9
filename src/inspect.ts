import { print } from "./core/base/index.ts";

/**
 * Any value as ectype prints it: structs, changesets and queries in Ecto's manner.
 * @example inspect(from(Movie).where((m) => m.id.lt(2))) // #Query<from m0 in Movie, where: m0.id < ^2>
 */
export function inspect(value: unknown): string {
  return print(value);
}
