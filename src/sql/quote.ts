import { ArgumentError, print } from "../core/base/index.ts";

// On its way it would become another character.
const LONE_SURROGATE = /[\ud800-\udfff]/u;

/**
 * A name as SQL can hold it, whatever is in it.
 * @param quote the quote character of the database: `"`, or a backtick on MySQL
 * @throws ArgumentError on the empty string and on NUL, which no database takes
 * @example quoteIdentifier('order"s') // "order""s"
 */
export function quoteIdentifier(name: string, quote: '"' | "`" = '"'): string {
  if (typeof name !== "string" || name === "") throw new ArgumentError(`a table, column or other name cannot be ${print(name)}`);
  if (name.includes("\0")) throw new ArgumentError(`the name ${print(name)} holds a NUL, which no database takes`);
  if (LONE_SURROGATE.test(name)) throw new ArgumentError(`the name ${print(name)} holds half a character, which no database takes`);
  return quote + (name.includes(quote) ? name.replaceAll(quote, quote + quote) : name) + quote;
}

/**
 * Text as a literal of standard SQL, for the places that take no parameters.
 * @throws ArgumentError on NUL, which cuts text short
 */
export function quoteLiteral(text: string): string {
  if (text.includes("\0")) {
    throw new ArgumentError(`the text ${print(text)} holds a NUL and cannot be written in SQL. For a binary column, give a Uint8Array`);
  }
  if (LONE_SURROGATE.test(text)) throw new ArgumentError(`the text ${print(text)} holds half a character, which no database takes`);
  return `'${text.replaceAll("'", "''")}'`;
}
