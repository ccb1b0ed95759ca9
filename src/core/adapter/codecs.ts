import type { Type } from "../type/index.ts";
import type { Codec } from "./adapter.ts";

/** The codecs of an adapter, each made once for its type. */
export function codecsBy(make: (type: Type) => Codec): (type: Type) => Codec {
  const known = new WeakMap<Type, Codec>();
  return (type) => {
    let codec = known.get(type);
    if (codec === undefined) {
      codec = make(type);
      known.set(type, codec);
    }
    return codec;
  };
}
