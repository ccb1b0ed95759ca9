/** A hidden value of objects: a WeakMap for objects that were just made, whose entries would each have to be kept up by the garbage collector. */
export interface Slot<V> {
  /** @returns undefined where nothing was set, as for what is no object */
  get(object: unknown): V | undefined;
  /** @param object one that can be extended */
  set(object: object, value: V | undefined): void;
}

// A class that extends this one puts its private fields into the object that it is given.
class Given {
  constructor(object: object) {
    // biome-ignore lint/correctness/noConstructorReturn: this is what the class is for
    return object;
  }
}

/** A new slot, which nothing but what it gives back can read: no key of the object, and no copy of it, has it. */
export function slot<V>(): Slot<V> {
  return class Carrier extends Given {
    #value: V | undefined;

    private constructor(object: object, value: V | undefined) {
      super(object);
      this.#value = value;
    }
    static get(object: unknown): V | undefined {
      return typeof object === "object" && object !== null && #value in object ? object.#value : undefined;
    }
    static set(object: object, value: V | undefined): void {
      if (#value in object) object.#value = value;
      else if (value !== undefined) new Carrier(object, value);
    }
  };
}
