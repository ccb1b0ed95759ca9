import { INSPECT, PRINT } from "../base/index.ts";

/**
 * The class of `jsonNull`.
 * @see PostgreSQL: 'null'::jsonb
 */
export class JsonNull {
  /**
   * The null of JSON.
   * @example JSON.stringify({ value: jsonNull }) // => {"value":null}
   * @see JavaScript: JSON.stringify
   */
  toJSON(): null {
    return null;
  }
  [PRINT](): string {
    return "jsonNull";
  }
  [INSPECT](): string {
    return "jsonNull";
  }
}

/**
 * The `null` of JSON as the whole value of a `json` field, which is not SQL's NULL: written it is JSON's, and read it is this.
 * Inside of a JSON value null is null.
 * @example class Setting extends schema("settings", { value: field.json<number | JsonNull>({ null: false }) }) {}
 * Setting.build({ value: jsonNull }).value // => jsonNull
 * @see PostgreSQL: 'null'::jsonb
 */
export const jsonNull: JsonNull = Object.freeze(new JsonNull());
