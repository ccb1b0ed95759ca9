import type { Operations } from "../contender.ts";

/** Bytes of so many rows that are kept, with what the library keeps beside them. The process must run with --expose-gc. */
export async function measureMemory({ list }: Operations, rows: number): Promise<number> {
  const { gc } = globalThis as { gc?: () => void };
  if (gc === undefined || list === undefined) throw new Error("memory is measured with --expose-gc, of contenders that list");
  // What is made once and kept is no part of the rows.
  await list({ after: 0, limit: 10 });
  gc();
  const before = process.memoryUsage().heapUsed;
  const kept = await list({ after: 0, limit: rows });
  if (kept.length !== rows) throw new Error(`${kept.length} rows came, not ${rows}`);
  gc();
  const bytes = process.memoryUsage().heapUsed - before;
  // Kept until here.
  return kept.length === rows ? bytes : 0;
}
