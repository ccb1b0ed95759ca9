interface Entry<V, K> {
  readonly key: K;
  readonly value: V;
  readonly weight: number;
  newer: Entry<V, K> | null;
  older: Entry<V, K> | null;
  dropped: boolean;
}

/** A value in an `Lru`, for whoever finds it faster than by its key. */
export type LruEntry<V, K = string> = Pick<Entry<V, K>, "key" | "value">;

export interface LruOptions<V, K = string> {
  /** Values at most. */
  readonly max: number;
  /** What all values may weigh together; the newest stays whatever its weight. */
  readonly maxWeight: number;
  /** Told of each value that leaves. */
  readonly onDrop?: (value: V, key: K) => void;
}

/** Of so many values, one is old. */
const OLD = 8;

/**
 * A cache bounded by number and by weight: one of those that were not used for the longest time leaves first.
 * It is not always the very oldest: where one value more than there is room for is asked for in turn, each would leave just before it is asked for again.
 */
export class Lru<V, K = string> {
  readonly #options: LruOptions<V, K>;
  readonly #entries = new Map<K, Entry<V, K>>();
  #newest: Entry<V, K> | null = null;
  #oldest: Entry<V, K> | null = null;
  #weight = 0;
  #chance = 1;

  constructor(options: LruOptions<V, K>) {
    this.#options = options;
  }

  get size(): number {
    return this.#entries.size;
  }
  get weight(): number {
    return this.#weight;
  }

  get(key: K): V | undefined {
    return this.entry(key)?.value;
  }

  entry(key: K): LruEntry<V, K> | undefined {
    const entry = this.#entries.get(key);
    if (entry !== undefined) this.#touch(entry);
    return entry;
  }

  /** Counts as a use of an entry; false where that has left. */
  use(given: LruEntry<V, K>): boolean {
    const entry = given as Entry<V, K>;
    if (entry.dropped) return false;
    this.#touch(entry);
    return true;
  }

  /** @param weight in what `maxWeight` counts, such as bytes */
  set(key: K, value: V, weight: number): LruEntry<V, K> {
    const known = this.#entries.get(key);
    if (known !== undefined) this.#drop(known);
    const entry: Entry<V, K> = { key, value, weight, newer: null, older: this.#newest, dropped: false };
    this.#entries.set(key, entry);
    this.#weight += weight;
    if (this.#newest !== null) this.#newest.newer = entry;
    this.#newest = entry;
    this.#oldest ??= entry;
    while (this.#oldest !== entry && (this.#entries.size > this.#options.max || this.#weight > this.#options.maxWeight))
      this.#drop(this.#old());
    return entry;
  }

  delete(key: K): void {
    const entry = this.#entries.get(key);
    if (entry !== undefined) this.#drop(entry);
  }

  clear(): void {
    while (this.#oldest !== null) this.#drop(this.#oldest);
  }

  /** One of the oldest, by a chance that is the same in each run of a program. */
  #old(): Entry<V, K> {
    this.#chance = (Math.imul(this.#chance, 1_664_525) + 1_013_904_223) >>> 0;
    let entry = this.#oldest as Entry<V, K>;
    const steps = (this.#chance >>> 8) % Math.max(1, Math.floor(this.#entries.size / OLD));
    for (let step = 0; step < steps; step++) entry = entry.newer as Entry<V, K>;
    return entry;
  }

  #touch(entry: Entry<V, K>): void {
    if (entry === this.#newest) return;
    this.#unlink(entry);
    entry.older = this.#newest;
    entry.newer = null;
    // The newest entry was returned for above, so that there is another one.
    (this.#newest as Entry<V, K>).newer = entry;
    this.#newest = entry;
  }

  #unlink({ newer, older }: Entry<V, K>): void {
    if (newer === null) this.#newest = older;
    else newer.older = older;
    if (older === null) this.#oldest = newer;
    else older.newer = newer;
  }

  #drop(entry: Entry<V, K>): void {
    this.#unlink(entry);
    entry.dropped = true;
    this.#entries.delete(entry.key);
    this.#weight -= entry.weight;
    this.#options.onDrop?.(entry.value, entry.key);
  }
}
