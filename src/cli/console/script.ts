import { print } from "../../core/base/index.ts";
import type { Output } from "../output.ts";
import { compile } from "./compile.ts";
import { evaluate, failureText } from "./evaluate.ts";

/** Runs input that no person types: every piece of it in turn, showing each value. Errors are shown and counted. */
export class ScriptSession {
  failures = 0;
  readonly #out: Output;
  readonly #root: string;

  constructor(out: Output, root: string) {
    this.#out = out;
    this.#root = root;
  }

  /** Runs what comes through a pipe, as it comes. */
  async runStream(stream: AsyncIterable<unknown>): Promise<void> {
    const decoder = new TextDecoder();
    let rest = "";
    for await (const chunk of stream) {
      rest += typeof chunk === "string" ? chunk : decoder.decode(chunk as Uint8Array, { stream: true });
      const end = rest.lastIndexOf("\n") + 1;
      rest = (await this.#runLines(rest.slice(0, end))) + rest.slice(end);
    }
    const left = await this.#runLines(`${rest + decoder.decode()}\n`);
    if (left.trim() !== "") await this.#show(() => Promise.reject(new SyntaxError(`Unexpected end of input: ${left.trim()}`)));
  }

  /** Runs a whole text as one piece. */
  async runText(text: string): Promise<void> {
    const left = await this.#runPiece(text);
    if (!left) await this.#show(() => Promise.reject(new SyntaxError(`Unexpected end of input: ${text}`)));
  }

  /** Runs every complete piece, and gives back what is left. */
  async #runLines(text: string): Promise<string> {
    let piece = "";
    const lines = text.split("\n");
    lines.pop();
    for (const [i, line] of lines.entries()) {
      piece += `${line}\n`;
      // A chain of calls goes on in the next line.
      if (/^\s*\??\.[A-Za-z_$]/.test(lines[i + 1] ?? "")) continue;
      if (await this.#runPiece(piece)) piece = "";
    }
    return piece;
  }

  async #runPiece(piece: string): Promise<boolean> {
    let compiled: ReturnType<typeof compile>;
    try {
      compiled = compile(piece);
    } catch (error) {
      await this.#show(() => Promise.reject(error));
      return true;
    }
    if (compiled === null) return false;
    const { hasValue } = compiled;
    const run = compiled;
    await this.#show(async () => {
      const value = await evaluate(run);
      if (hasValue) this.#out.line(print(value, this.#out.streams.stdout.columns || 80));
    });
    return true;
  }

  async #show(run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      this.fail(error);
    }
  }

  /** Shows an error and counts it: one of a piece of input, or one that nobody caught. */
  fail(error: unknown): void {
    this.failures++;
    this.#out.error(this.#out.style("red", failureText(error, this.#root), this.#out.streams.stderr));
  }
}
