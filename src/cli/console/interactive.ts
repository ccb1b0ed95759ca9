import { homedir } from "node:os";
import { join } from "node:path";
import repl from "node:repl";
import { print } from "../../core/base/index.ts";
import type { Output } from "../output.ts";
import { compile } from "./compile.ts";
import { complete } from "./complete.ts";
import { evaluate, failureText } from "./evaluate.ts";

type Answer = (error: Error | null, result?: unknown) => void;

/** Runs the console on a terminal until its user leaves. */
export async function interact(out: Output, env: NodeJS.ProcessEnv, root: string): Promise<void> {
  const { stdin, stdout } = out.streams;
  let running: Promise<void> = Promise.resolve();

  // One after the other: pasted lines come faster than a database answers.
  const evaluator = (input: string, _context: unknown, _file: string, answer: Answer): void => {
    try {
      const compiled = compile(input);
      if (compiled === null) {
        answer(new repl.Recoverable(new SyntaxError("Unexpected end of input")));
        return;
      }
      running = running
        .then(() => evaluate(compiled))
        .then(
          (value) => (compiled.hasValue ? answer(null, value) : answer(null)),
          (error: unknown) => fail(error, answer),
        );
    } catch (error) {
      fail(error, answer);
    }
  };
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
  const history = env.ECTYPE_HISTORY ?? join(homedir(), ".ectype_history");
  // Without a history where its file cannot be written.
  if (history !== "") server.setupHistory(history, () => {});
  await new Promise<void>((done) => server.once("exit", () => done()));
  await running;
}
