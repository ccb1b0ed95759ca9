import { spawnSync } from "node:child_process";

/** The median in milliseconds of so many fresh processes each, in turns, so that all of them meet the same moods of the machine. */
export function processTimes(files: readonly string[], rounds: number): number[][] {
  const times = files.map((): number[] => []);
  for (let round = 0; round < rounds; round++)
    for (let at = 0; at < files.length; at++) {
      const index = (at + round) % files.length;
      const begin = performance.now();
      const { status, stderr, error } = spawnSync(process.execPath, [files[index] as string], {
        stdio: ["ignore", "ignore", "pipe"],
        encoding: "utf8",
      });
      const time = performance.now() - begin;
      if (error) throw error;
      if (status !== 0) throw new Error(`${files[index]} ended with code ${status}: ${stderr.slice(0, 500)}`);
      times[index]?.push(time);
    }
  return times;
}
