import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Place } from "../contender.ts";
import type { Reply, Request, Start } from "./messages.ts";

/** A form of a contender that waits to be asked, in a process of its own. */
export class Racer {
  readonly name: string;
  /** The rows that it has an operation for. */
  readonly rows: readonly string[];
  readonly place: Place;
  readonly #child: ChildProcess;

  private constructor(name: string, place: Place, rows: readonly string[], child: ChildProcess) {
    this.name = name;
    this.place = place;
    this.rows = rows;
    this.#child = child;
  }

  static async start(name: string, start: Start, execArgv: readonly string[] = []): Promise<Racer> {
    const worker = fileURLToPath(new URL("./worker.js", import.meta.url));
    const child = fork(worker, [JSON.stringify(start)], { execArgv: [...execArgv] });
    const ready = await next(child, name);
    if (ready.kind !== "ready") throw new Error(`${name} is not ready: ${JSON.stringify(ready)}`);
    return new Racer(name, { target: start.target, at: start.at }, ready.rows, child);
  }

  async ask<K extends Reply["kind"]>(kind: K, request: Request): Promise<Extract<Reply, { kind: K }>> {
    const coming = next(this.#child, this.name);
    this.#child.send(request);
    const reply = await coming;
    if (reply.kind === "failed") throw new Error(reply.message);
    if (reply.kind !== kind) throw new Error(`${this.name} answered "${reply.kind}" to "${request.ask}"`);
    return reply as Extract<Reply, { kind: K }>;
  }

  async close(): Promise<void> {
    await this.ask("closed", { ask: "close" }).catch(() => this.#child.kill());
  }
}

function next(child: ChildProcess, name: string): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null) => {
      child.off("message", onMessage);
      reject(new Error(`the process of ${name} ended with code ${code}`));
    };
    const onMessage = (reply: Reply) => {
      child.off("exit", onExit);
      resolve(reply);
    };
    child.once("exit", onExit);
    child.once("message", onMessage);
  });
}
