import { homedir } from "node:os";
import { join } from "node:path";
import repl from "node:repl";
import { print } from "../../core/base/index.ts";
import type { Output } from "../output.ts";
import { type CompiledLine, compile } from "./compile.ts";
import { complete } from "./complete.ts";
import { evaluate, failureText } from "./evaluate.ts";

type Answer = (error: Error | null, result?: unknown) => void;

/** Runs the console on a terminal until its user leaves. */
export async function interact(out: Output, env: NodeJS.ProcessEnv, root: string): Promise<void> {
  const { stdin, stdout } = out.streams;
  let running: Promise<void> = Promise.resolve();
  let interrupt: (() => void) | null = null;

  // One after the other: pasted lines come faster than a database answers.
  const evaluator = (input: string, _context: unknown, _file: string, answer: Answer): void => {
    try {
      const compiled = compile(input);
      if (compiled === null) {
        answer(new repl.Recoverable(new SyntaxError("Unexpected end of input")));
        return;
      }
      running = running
        .then(() => Promise.race([evaluateBreakably(compiled), interruption()]))
        .finally(() => {
          interrupt = null;
        })
        .then(
          (value) => (compiled.hasValue ? answer(null, value) : answer(null)),
          (error: unknown) => fail(error, answer),
        );
    } catch (error) {
      fail(error, answer);
    }
  };
  // A raw terminal sends Ctrl-C as a letter, which nobody would read while a loop runs.
  const evaluateBreakably = (compiled: CompiledLine): Promise<unknown> => {
    if (stdin.isRaw !== true) return evaluate(compiled);
    stdin.setRawMode?.(false);
    try {
      return evaluate(compiled, true);
    } finally {
      stdin.setRawMode?.(true);
    }
  };
  const interruption = (): Promise<never> =>
    new Promise((_, reject) => {
      interrupt = () => reject(new Error("interrupted: nobody waits for it any more, but what was sent to the database goes on"));
    });
  const fail = (error: unknown, answer: Answer): void => {
    out.line(out.style("red", failureText(error, root)));
    answer(null);
  };

  const server = repl.start({
    prompt: "ectype> ",
    input: stdin,
    output: stdout,
    terminal: true,
    useGlobal: true,
    eval: evaluator,
    writer: (value: unknown) => print(value, stdout.columns || 80),
    completer: complete,
  });
  server.on("SIGINT", () => interrupt?.());
  const history = env.ECTYPE_HISTORY ?? join(homedir(), ".ectype_history");
  // Without a history where its file cannot be written.
  if (history !== "") server.setupHistory(history, () => {});
  await new Promise<void>((done) => server.once("exit", () => done()));
  await running;
}
