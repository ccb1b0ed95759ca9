import { createInterface } from "node:readline";
import { styleText } from "node:util";

type Style = Parameters<typeof styleText>[0];

/** Where a command writes and asks; the process's own streams unless a test gives others. */
export interface Streams {
  readonly stdin: NodeJS.ReadableStream & { isTTY?: boolean; isRaw?: boolean; setRawMode?(raw: boolean): unknown };
  readonly stdout: NodeJS.WritableStream & { isTTY?: boolean; columns?: number };
  readonly stderr: NodeJS.WritableStream & { isTTY?: boolean };
}

export class Output {
  readonly streams: Streams;
  readonly #env: NodeJS.ProcessEnv;

  constructor(streams: Streams, env: NodeJS.ProcessEnv) {
    this.streams = streams;
    this.#env = env;
  }

  /** Writes a line of the result. */
  line(text = ""): void {
    this.streams.stdout.write(`${text}\n`);
  }

  /** Writes a line about what went wrong. */
  error(text: string): void {
    this.streams.stderr.write(`${text}\n`);
  }

  /** Colours a text where its stream is a terminal that wants colours. */
  style(style: Style, text: string, stream: { isTTY?: boolean } = this.streams.stdout): string {
    const { NO_COLOR, FORCE_COLOR } = this.#env;
    const wanted = FORCE_COLOR ? FORCE_COLOR !== "0" : stream.isTTY === true && !NO_COLOR;
    return wanted && typeof styleText === "function" ? styleText(style, text, { validateStream: false } as never) : text;
  }

  /** Writes what was done to a file, as in `* creating src/repo.ts`. */
  file(action: "creating" | "keeping" | "changing", path: string): void {
    this.line(`${this.style(action === "keeping" ? "yellow" : "green", `* ${action}`)} ${path}`);
  }

  /** Asks for a yes; no answer is a no. */
  async confirm(question: string): Promise<boolean> {
    const input = createInterface({ input: this.streams.stdin, output: this.streams.stdout });
    try {
      const answer = await new Promise<string>((done) => {
        input.once("close", () => done(""));
        input.question(`${question} [y/N] `, done);
      });
      return /^\s*y(es)?\s*$/i.test(answer);
    } finally {
      input.close();
    }
  }
}
