import type { PGliteDatabase } from "ectype/postgres/pglite";

/** What the tests need of PGlite, which is loaded where they run on it. */
interface PGliteClass {
  readonly defaultStartParams: readonly string[];
  create(options?: {
    readonly loadDataDir?: Blob;
    readonly startParams?: readonly string[];
  }): Promise<PGliteDatabase & { dumpDataDir(compression: "none"): Promise<Blob> }>;
}

export async function loadPglite(): Promise<PGliteClass> {
  const name = "@electric-sql/pglite";
  return ((await import(name)) as { readonly PGlite: PGliteClass }).PGlite;
}
