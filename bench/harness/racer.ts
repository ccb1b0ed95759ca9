import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Place } from "../contender.ts";
import type { Reply, Request, Start } from "./messages.ts";

/** Who has not answered by then never will: nothing that is asked takes a tenth of it. */
const PATIENCE = 120_000;

export interface RacerOptions {
  readonly execArgv?: readonly string[];
  /** Another Node than this one. */
  readonly execPath?: string;
}

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

  static async start(name: string, start: Start, { execArgv = [], execPath = process.execPath }: RacerOptions = {}): Promise<Racer> {
    const worker = fileURLToPath(new URL("./worker.js", import.meta.url));
    const child = fork(worker, [JSON.stringify(start)], { execArgv: [...execArgv], execPath });
    const ready = await next(child, name);
    if (ready.kind !== "ready") throw new Error(ready.kind === "failed" ? ready.message : `${name} is not ready: ${JSON.stringify(ready)}`);
    return new Racer(name, { target: start.target, at: start.at }, ready.rows, child);
  }

  /** Whether its process is there. */
  get alive(): boolean {
    return this.#child.connected;
  }

  async ask<K extends Reply["kind"]>(kind: K, request: Request): Promise<Extract<Reply, { kind: K }>> {
    if (!this.alive) throw new Error(`the process of ${this.name} has ended`);
    const coming = next(this.#child, this.name);
    this.#child.send(request);
    const reply = await coming;
    if (reply.kind === "failed") throw new Error(reply.message);
    if (reply.kind !== kind) throw new Error(`${this.name} answered "${reply.kind}" to "${request.ask}"`);
    return reply as Extract<Reply, { kind: K }>;
  }

  async close(): Promise<void> {
    await this.ask("closed", { ask: "close" }).catch(() => this.#child.kill("SIGKILL"));
  }
}

function next(child: ChildProcess, name: string): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const settle = (done: () => void) => {
      child.off("message", onMessage);
      child.off("exit", onExit);
      child.off("error", onError);
      clearTimeout(timer);
      done();
    };
    const onExit = (code: number | null) => settle(() => reject(new Error(`the process of ${name} ended with code ${code}`)));
    const onError = (error: Error) => settle(() => reject(error));
    const onMessage = (reply: Reply) => settle(() => resolve(reply));
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      settle(() => reject(new Error(`${name} did not answer within ${PATIENCE / 1000} s`)));
    }, PATIENCE);
    child.once("exit", onExit);
    child.once("error", onError);
    child.once("message", onMessage);
  });
}
