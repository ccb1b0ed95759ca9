import { CastError, isPlainObject, kindOf } from "../base/index.ts";
import { tryStructInfo } from "../schema/index.ts";
import { isChangeset, type Values } from "./state.ts";

/** FormData, URLSearchParams, and whatever else lists its pairs in the same way. */
export interface FormLike {
  forEach(visit: (value: unknown, key: string) => void): void;
  getAll(name: string): unknown[];
}

/**
 * What a cast takes: an object with field names as keys, a form, or "invalid" for params that are known to be wrong:
 * the changeset is then invalid, without errors.
 */
export type Params = Readonly<Record<string, unknown>> | FormLike | "invalid";

/** Params as a plain object; null for "invalid". */
export function readParams(params: unknown): Values | null {
  if (params === "invalid") return null;
  if (isForm(params)) return readForm(params);
  if (!isPlainObject(params)) throw new CastError(`expected params to be a plain object, FormData or URLSearchParams, got ${kind(params)}`);
  if (Object.getOwnPropertySymbols(params).length > 0) throw new CastError("expected params to have text as keys, got symbols among them");
  return params;
}

/** Whether a value can be the params of one nested entry. */
export function isParams(value: unknown): boolean {
  return isForm(value) || (isPlainObject(value) && Object.getOwnPropertySymbols(value).length === 0);
}

function kind(value: unknown): string {
  if (isChangeset(value)) return "a changeset";
  const info = tryStructInfo(value);
  return info === null ? kindOf(value) : `a ${info.name} struct`;
}

function isForm(value: unknown): value is FormLike {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as Partial<FormLike>).forEach === "function" &&
    typeof (value as Partial<FormLike>).getAll === "function"
  );
}

// Deeper than any form; a name made of thousands of brackets must not cost a tree of objects.
const MAX_DEPTH = 32;
// Stands for what is nested deeper: no type takes it and no relation, so that it is an error of its field.
const TOO_DEEP: unique symbol = Symbol("nested too deep");

type Node = { [key: string]: unknown };

/** `actors[0][name]=Gary` → `{ actors: { "0": { name: "Gary" } } }`; `tags[]=a&tags[]=b` → `{ tags: ["a", "b"] }`. */
function readForm(form: FormLike): Values {
  const root = node();
  form.forEach((value, name) => {
    const keys = path(name);
    if (keys.length > MAX_DEPTH) root[keys[0] as string] = TOO_DEEP;
    else put(root, keys, value);
  });
  return root;
}

function node(): Node {
  return Object.create(null) as Node;
}

function path(name: string): string[] {
  const open = name.indexOf("[");
  if (open <= 0 || !name.endsWith("]")) return [name];
  const inner = name.slice(open + 1, -1).split("][");
  return inner.some((part) => part.includes("[") || part.includes("]")) ? [name] : [name.slice(0, open), ...inner];
}

function put(root: Node, keys: readonly string[], value: unknown): void {
  let at = root;
  for (let i = 0; i < keys.length - 1; i++) {
    const key = keys[i] as string;
    const isList = keys[i + 1] === "";
    if (isList && i + 2 === keys.length) {
      const list = at[key];
      if (Array.isArray(list)) list.push(value);
      else at[key] = [value];
      return;
    }
    at = isList ? lastEntry(at, key, keys[i + 2] as string) : below(at, key);
    if (isList) i++;
  }
  at[keys[keys.length - 1] as string] = value;
}

function below(at: Node, key: string): Node {
  const found = at[key];
  if (isPlainObject(found)) return found as Node;
  const made = node();
  at[key] = made;
  return made;
}

/** The entry of `users[][name]`: the last of the list, or a new one where the last has that name already. */
function lastEntry(at: Node, key: string, next: string): Node {
  let list = at[key];
  if (!Array.isArray(list)) {
    list = [];
    at[key] = list;
  }
  const entries = list as unknown[];
  const last = entries[entries.length - 1];
  if (isPlainObject(last) && !(next in last)) return last as Node;
  const made = node();
  entries.push(made);
  return made;
}
