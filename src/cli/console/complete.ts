/** The names that may follow what is typed: globals, or the properties of what a path such as `Movie.schema` leads to. */
export function complete(line: string): [hits: string[], typed: string] {
  const typed = /[A-Za-z_$][\w$.]*$/.exec(line)?.[0] ?? "";
  const path = typed.split(".");
  const start = path.pop() ?? "";
  const target = walk(path);
  const prefix = path.map((name) => `${name}.`).join("");
  const hits = namesOf(target)
    .filter((name) => name.startsWith(start))
    .map((name) => prefix + name);
  return [hits, typed];
}

function walk(path: readonly string[]): unknown {
  let value: unknown = globalThis;
  try {
    for (const name of path) value = (value as Record<string, unknown>)[name];
    return value;
  } catch {
    return undefined;
  }
}

function namesOf(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  const names = new Set<string>();
  for (
    let object = Object(value) as object | null;
    object !== null && object !== Object.prototype;
    object = Object.getPrototypeOf(object)
  ) {
    for (const name of Object.getOwnPropertyNames(object)) if (/^[A-Za-z$][\w$]*$/.test(name) && name !== "constructor") names.add(name);
  }
  return [...names].sort();
}
