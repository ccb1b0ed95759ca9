import { ArgumentError, checkOptions, didYouMean, kindOf, NotLoadedError, optionNames } from "../base/index.ts";
import type { Type } from "../type/index.ts";
import type { SchemaInfo } from "./info.ts";
import { structInfo, tryStructInfo } from "./meta.ts";
import { isNotLoaded } from "./not-loaded.ts";
import type { AnyStruct, AssocName, FieldMap, TargetOf, TreeName } from "./types.ts";

/** Names of fields and associations; below an association or an embed, names of its own. */
export type JsonNames<S> = readonly JsonName<S>[];
type JsonName<S> = (keyof FieldMap<S> & string) | AssocName<S> | { readonly [K in TreeName<S>]?: JsonNames<TargetOf<S, K>> };

/** Which fields `toJSON` takes; without any of them, what JSON has by itself. */
export interface JsonOptions<S> {
  /** These and no others, hidden ones too. */
  readonly only?: JsonNames<S>;
  /** All that JSON has, but these. */
  readonly except?: JsonNames<S>;
  /** All that JSON has, and these of the hidden fields. */
  readonly show?: JsonNames<S>;
}

type Choice = keyof JsonOptions<never>;
const CHOICES = optionNames<JsonOptions<never>>({ only: true, except: true, show: true }) as readonly Choice[];
/** Names, each with those below it. */
type Tree = ReadonlyMap<string, Tree | null>;
/** What is wanted of a struct. */
type Wanted = Readonly<Record<Choice, Tree | null>>;
const ALL: Wanted = { only: null, except: null, show: null };

/**
 * A struct as plain data for JSON: without what is hidden or not loaded, bigints as text and bytes as base64. `JSON.stringify(struct)`
 * takes the same; this chooses the fields.
 * @param value a struct, or a list of them
 * @param options `only`, or `except` and `show`: lists of names such as `["id", { posts: ["title"] }]`
 * @throws ArgumentError for an unknown name or option
 * @throws NotLoadedError for an association in `only` that is not loaded
 * @example toJSON(movie, { only: ["id", { characters: ["name"] }] }) // => { id: 1, characters: [{ name: "Wade" }, { name: "Samantha" }] }
 * @see Elixir: Jason.Encoder, derived with only or except
 */
export function toJSON<V extends AnyStruct | readonly AnyStruct[]>(value: V, options?: JsonOptions<OneOf<V>>): JsonOf<V>;
export function toJSON(value: unknown, options: JsonOptions<never> = {}): unknown {
  const wanted = wantedBy(options);
  const one = (struct: unknown) => {
    const info = tryStructInfo(struct);
    if (!info) throw new ArgumentError(`toJSON takes a struct or a list of structs, not ${kindOf(struct)}`);
    return choose(info, struct as Row, wanted, []);
  };
  return Array.isArray(value) ? value.map(one) : one(value);
}

type OneOf<V> = V extends readonly (infer S)[] ? S : V;
/** Plain data, of each struct of a list. */
export type JsonOf<V> = V extends readonly unknown[] ? Record<string, unknown>[] : Record<string, unknown>;

type Row = Readonly<Record<string, unknown>>;

function wantedBy(options: JsonOptions<never>): Wanted {
  checkOptions("toJSON", options, CHOICES);
  const { only, except, show } = options;
  if (only !== undefined && (except ?? show) !== undefined)
    throw new ArgumentError("toJSON: only names all fields that are wanted, so that except and show have no place beside it");
  const tree = (choice: Choice) => (options[choice] === undefined ? null : treeOf(options[choice], choice));
  return { only: tree("only"), except: tree("except"), show: tree("show") };
}

function treeOf(names: unknown, choice: Choice): Tree {
  if (!Array.isArray(names)) throw new ArgumentError(`toJSON: ${choice} takes a list of names, not ${kindOf(names)}`);
  const tree = new Map<string, Tree | null>();
  for (const name of names as unknown[]) {
    if (typeof name === "string") tree.set(name, null);
    else if (typeof name === "object" && name !== null)
      for (const [key, below] of Object.entries(name)) tree.set(key, treeOf(below, choice));
    else throw new ArgumentError(`toJSON: ${choice} takes names, and objects of names such as { posts: ["title"] }, not ${kindOf(name)}`);
  }
  return tree;
}

/** @param above the structs that it stands in */
function choose(info: SchemaInfo, struct: Row, wanted: Wanted, above: readonly Row[]): Record<string, unknown> {
  if (above.includes(struct))
    throw new ArgumentError(
      `JSON of ${info.name}: the struct contains itself, by what is loaded in it. Choose the fields: toJSON(struct, { only: [...] })`,
    );
  for (const choice of CHOICES) if (wanted[choice]) checkNames(info, wanted[choice], choice);
  const { only, except, show } = wanted;
  const json: Record<string, unknown> = {};
  for (const name of only?.keys() ?? Object.keys(struct)) {
    if (!only && (except?.get(name) === null || (info.field(name)?.hidden && !show?.has(name)))) continue;
    const value = struct[name];
    if (!isNotLoaded(value)) json[name] = plain(info, name, value, below(wanted, name), [...above, struct]);
    else if (only) throw new NotLoadedError(name, `toJSON: the association "${name}" of ${info.name} is not loaded`);
  }
  return json;
}

function checkNames(info: SchemaInfo, tree: Tree, choice: Choice): void {
  for (const [name, inner] of tree) {
    const nests = info.association(name) !== undefined || info.embed(name) !== undefined;
    const field = info.field(name);
    const shown = choice === "show" && nests && !field?.hidden;
    if (inner === null ? (field || nests) && !shown : nests) continue;
    if (nests) throw new ArgumentError(`toJSON: "${name}" is shown already; name what is hidden in it: { ${name}: [...] }`);
    if (field) throw new ArgumentError(`toJSON: "${name}" of ${info.name} has nothing below it`);
    const known = [...[...info.allFields()].map((one) => one.name), ...info.associations];
    throw new ArgumentError(`toJSON: ${info.name} has no field "${name}". ${didYouMean(name, known)}`);
  }
}

/** What is wanted of the structs in a field. */
function below({ only, except, show }: Wanted, name: string): Wanted {
  const inner = { only: only?.get(name) ?? null, except: except?.get(name) ?? null, show: show?.get(name) ?? null };
  return inner.only || inner.except || inner.show ? inner : ALL;
}

/** A value as plain data; structs in it by what is wanted of them. */
function plain(info: SchemaInfo, name: string, value: unknown, wanted: Wanted, above: readonly Row[]): unknown {
  const related = info.association(name)?.related ?? info.embed(name)?.related;
  if (!related) return ownForm(info, name, value);
  const one = (struct: unknown): unknown => {
    const own = tryStructInfo(struct);
    if (!own) return struct;
    const { toJSON: method } = struct as { toJSON?: unknown };
    if (wanted === ALL && method !== ownJSON && typeof method === "function") return (method as () => unknown).call(struct);
    return choose(own, struct as Row, wanted, above);
  };
  return Array.isArray(value) ? value.map(one) : one(value);
}

/** The method toJSON of structs: what JSON.stringify takes of one. */
export function ownJSON(this: object): Record<string, unknown> {
  return choose(structInfo(this), this as Row, ALL, []);
}

/** A value that JSON has no form for, such as a bigint, in the form that its type has in JSON. */
function ownForm(info: SchemaInfo, name: string, value: unknown): unknown {
  const type = info.field(name)?.type;
  if (!type?.toJson || value === null || value === undefined || !FORMLESS.has(innermost(type).storage)) return value;
  try {
    return type.toJson(value);
  } catch {
    // A value that is not of its field's type is left to JSON.stringify.
    return value;
  }
}

const FORMLESS = new Set<string>(["bigint", "binary"]);

function innermost(type: Type): Type {
  return type.inner ? innermost(type.inner) : type;
}
