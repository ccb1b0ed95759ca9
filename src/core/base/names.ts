// Names from one spelling to another: camelCase, snake_case, those of classes.

/** `movieId` → `movie_id`; names that are snake_case already stay as they are. */
export function snakeCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1_$2")
    .toLowerCase();
}

/** `movie_id` → `movieId`. */
export function camelCase(name: string): string {
  return name.replace(/_+([a-zA-Z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** The one of the words, all in camelCase, that a text is in camelCase or in snake_case: `delete_all` is `deleteAll`. */
export function inCamelCase<T extends string>(text: unknown, words: readonly T[]): T | undefined {
  return words.find((word) => word === text || snakeCase(word) === text);
}

/** `Movie` → `movie`, `HTTPServer` → `httpServer`: a class name as the start of a field name. */
export function lowerFirst(name: string): string {
  return camelCase(snakeCase(name));
}

/** `title` → `Title`. */
export function upperFirst(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** Sets a property of a name that users chose: `__proto__` is one like others. */
export function define(object: Record<string, unknown>, name: string, value: unknown): void {
  if (name === "__proto__") Object.defineProperty(object, name, { value, enumerable: true, writable: true, configurable: true });
  else object[name] = value;
}
