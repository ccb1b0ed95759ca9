interface Entry<V> {
  readonly key: string;
  readonly value: V;
  readonly weight: number;
  newer: Entry<V> | null;
  older: Entry<V> | null;
  dropped: boolean;
}

/** A value in an `Lru`, for whoever finds it faster than by its key. */
export type LruEntry<V> = Pick<Entry<V>, "key" | "value">;

export interface LruOptions<V> {
  /** Values at most. */
  readonly max: number;
  /** What all values may weigh together; the newest stays whatever its weight. */
  readonly maxWeight: number;
  /** Told of each value that leaves. */
  readonly onDrop?: (value: V, key: string) => void;
}

/** A cache bounded by number and by weight: the value that was not used for the longest time leaves first. */
export class Lru<V> {
  readonly #options: LruOptions<V>;
  readonly #entries = new Map<string, Entry<V>>();
  #newest: Entry<V> | null = null;
  #oldest: Entry<V> | null = null;
  #weight = 0;

  constructor(options: LruOptions<V>) {
    this.#options = options;
  }

  get size(): number {
    return this.#entries.size;
  }
  get weight(): number {
    return this.#weight;
  }

  get(key: string): V | undefined {
    return this.entry(key)?.value;
  }

  entry(key: string): LruEntry<V> | undefined {
    const entry = this.#entries.get(key);
    if (entry !== undefined) this.#touch(entry);
    return entry;
  }

  /** Counts as a use of an entry; false where that has left. */
  use(given: LruEntry<V>): boolean {
    const entry = given as Entry<V>;
    if (entry.dropped) return false;
    this.#touch(entry);
    return true;
  }

  /** @param weight in what `maxWeight` counts, such as bytes */
  set(key: string, value: V, weight: number): LruEntry<V> {
    const known = this.#entries.get(key);
    if (known !== undefined) this.#drop(known);
    const entry: Entry<V> = { key, value, weight, newer: null, older: this.#newest, dropped: false };
    this.#entries.set(key, entry);
    this.#weight += weight;
    if (this.#newest !== null) this.#newest.newer = entry;
    this.#newest = entry;
    this.#oldest ??= entry;
    while (this.#oldest !== entry && (this.#entries.size > this.#options.max || this.#weight > this.#options.maxWeight))
      this.#drop(this.#oldest as Entry<V>);
    return entry;
  }

  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (entry !== undefined) this.#drop(entry);
  }

  clear(): void {
    while (this.#oldest !== null) this.#drop(this.#oldest);
  }

  #touch(entry: Entry<V>): void {
    if (entry === this.#newest) return;
    this.#unlink(entry);
    entry.older = this.#newest;
    entry.newer = null;
    // The newest entry was returned for above, so that there is another one.
    (this.#newest as Entry<V>).newer = entry;
    this.#newest = entry;
  }

  #unlink({ newer, older }: Entry<V>): void {
    if (newer === null) this.#newest = older;
    else newer.older = older;
    if (older === null) this.#oldest = newer;
    else older.newer = newer;
  }

  #drop(entry: Entry<V>): void {
    this.#unlink(entry);
    entry.dropped = true;
    this.#entries.delete(entry.key);
    this.#weight -= entry.weight;
    this.#options.onDrop?.(entry.value, entry.key);
  }
}
