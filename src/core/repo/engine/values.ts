// Values on their way to the driver and back, by their types.
import type { Adapter } from "../../adapter/index.ts";
import { kindOf, QueryError } from "../../base/index.ts";
import { type LoaderOf, type Packed, packedValue, type ParamValue, type ValueLoader } from "../../plan/index.ts";
import { type Type, types, valueless } from "../../type/index.ts";

/** Makes what the driver takes of a value of one type; of a list, or of what a parameter packs. */
export type Encoder = (value: unknown) => unknown;

/** How values travel to a database and back: chosen once per type. */
export class Values {
  readonly #adapter: Adapter;
  readonly #encoders = new WeakMap<Type, Encoder>();
  readonly #loaders = new WeakMap<Type, ValueLoader | null>();

  constructor(adapter: Adapter) {
    this.#adapter = adapter;
    this.loaderOf = Object.assign((type: Type | null) => this.#loaderOf(type), {
      inJson: jsonLoaders((type) => this.#loaderOf(type), adapter),
    });
  }

  /** What encodes a parameter like this one, whatever its value. */
  encoderOf({ type, list, packed }: ParamValue): Encoder {
    const { packing, encodeList } = this.#adapter;
    if (packed) return (value) => packedValue(value as Packed, packing, (one, of) => this.encodeValue(one, of));
    if (list) return (value) => encodeList(canonical(value as readonly unknown[], type), type);
    return this.#encoder(type);
  }

  /** @throws QueryError for a value that the database cannot take */
  encodeParam(param: ParamValue): unknown {
    try {
      return this.encoderOf(param)(param.packed ?? param.value);
    } catch (error) {
      throw unsent(error, param.value, param);
    }
  }

  /** A value for people and for raw SQL: what its type dumps, not what the driver makes of it; a list as it travels. */
  plainParam(param: ParamValue): unknown {
    if (param.list || param.type === null || (param.value === null && !param.type.handlesNull))
      return param.list ? this.encodeParam(param) : param.value;
    return param.type.dump(param.value);
  }

  /** One value: through its type to the canonical form, then to the driver's. */
  encodeValue(value: unknown, type: Type | null): unknown {
    return this.#encoder(type)(value);
  }

  #encoder(type: Type | null): Encoder {
    if (type === null) return this.#encodeAny;
    let encoder = this.#encoders.get(type);
    if (encoder === undefined) {
      encoder = valueEncoder(type, this.#adapter.codec(type).encode as Encoder | null);
      this.#encoders.set(type, encoder);
    }
    return encoder;
  }

  readonly #encodeAny: Encoder = (value) => (value === null ? null : this.#adapter.encodeAny(value));

  /** How values of a type are loaded. Where they are not to be shown, errors do not tell them. */
  readonly loaderOf: LoaderOf;

  #loaderOf(type: Type | null): ValueLoader | null {
    if (type === null) return this.#loaderOf(types.any());
    const known = this.#loaders.get(type);
    if (known !== undefined) return known;
    const { decode } = this.#adapter.codec(type);
    const { load } = type;
    let loader: ValueLoader | null;
    if (type.handlesNull && load) loader = decode ? (value: never) => load((value === null ? null : decode(value)) as never) : load;
    else if (decode && load) loader = type.storage === "json" ? unlessNull(decode, load) : (value: never) => load(decode(value) as never);
    else loader = decode ?? load;
    if (loader && type.redact) loader = valueless(type, loader);
    this.#loaders.set(type, loader);
    return loader;
  }
}

function valueEncoder(type: Type, encode: Encoder | null): Encoder {
  const { handlesNull } = type;
  return (value) => {
    if (value === null && !handlesNull) return null;
    const dumped = type.dump(value);
    return dumped === null || encode === null ? dumped : encode(dumped);
  };
}

/** Items of a list stay canonical: the adapter's encodeList knows how they travel together. */
function canonical(values: readonly unknown[], type: Type | null): readonly unknown[] {
  if (type === null) return values;
  return values.map((value) => (value === null ? null : type.dump(value)));
}

/** Loaders of values that come in JSON: what the driver would have given is made of them first. */
function jsonLoaders(loaderOf: (type: Type) => ValueLoader | null, { fromJson }: Adapter): LoaderOf {
  const known = new WeakMap<Type, ValueLoader | null>();
  return (type) => {
    const read = type && fromJson?.(type);
    if (!read) throw new QueryError("internal: a value that JSON does not hold was read out of JSON");
    let loader = known.get(type);
    if (loader === undefined) {
      const load = loaderOf(type);
      loader = load === null ? read : (value: never) => load((value === null ? null : read(value)) as never);
      known.set(type, loader);
    }
    return loader;
  };
}

/** A value that is null in JSON is null to the types that are stored as JSON: their `load` does not get it. */
function unlessNull(decode: ValueLoader, load: ValueLoader): ValueLoader {
  return (value) => {
    const decoded = decode(value);
    return decoded === null ? null : load(decoded as never);
  };
}

/** What is thrown where a parameter could not be encoded: of a value that the database does not take, an error that says so. */
export function unsent(error: unknown, value: unknown, { type }: ParamValue): unknown {
  return error instanceof TypeError ? unsendable(value, error, type?.redact === true) : error;
}

/** The error about a value that the database does not take; it may be one that must not be shown, so that only its kind is said. */
export function unsendable(value: unknown, cause: TypeError, redact = false, what = "a value of the query"): QueryError {
  if (redact) return new QueryError(`${what} cannot be sent to the database`);
  return new QueryError(`${what}, ${kindOf(value)}, cannot be sent to the database: ${cause.message}`, { cause });
}
