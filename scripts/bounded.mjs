// A reporter of vitest's that ends the run where a file takes too long: one that never lets go of its thread is out of reach of vitest's own limits.

/** Seconds that a file may take, many times what the slowest takes. */
const LIMIT = 600;

/** @typedef {{ readonly moduleId: string }} Module */

export default class Bounded {
  /** @type {Map<string, NodeJS.Timeout>} */
  #running = new Map();

  /** @param {Module} module */
  onTestModuleQueued({ moduleId }) {
    const limit = Number(process.env.ECTYPE_FILE_LIMIT ?? LIMIT);
    this.#running.set(
      moduleId,
      setTimeout(() => {
        console.error(`\n${moduleId} did not end in ${limit} seconds, so the run was ended. ECTYPE_FILE_LIMIT=900 gives a file more.`);
        // The processes that run the files are of this one's group.
        process.kill(-process.pid, "SIGKILL");
      }, limit * 1000),
    );
  }

  /** @param {Module} module */
  onTestModuleEnd({ moduleId }) {
    clearTimeout(this.#running.get(moduleId));
  }
}
