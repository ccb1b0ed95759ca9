import type { Contender, Form, Opened, Operations, Place } from "../contender.ts";
import { ROWS, type Row, rowsOf } from "../rows.ts";
import { answersOf } from "./check.ts";
import { measureMemory } from "./memory.ts";
import type { Reply, Request, Start, Timing } from "./messages.ts";
import { Clock, type Call } from "./clock.ts";

// One form of one contender, on a database of its own, in a process of its own: no contender's garbage, compiled code or inline caches are
// another's. It does what the harness asks, one thing at a time.

const start = JSON.parse(process.argv[2] as string) as Start;
const place: Place = { target: start.target, at: start.at };

async function open(): Promise<Opened> {
  // Bundled apart, beside this file.
  const { contender } = (await import(new URL(`./${start.contender}.js`, import.meta.url).href)) as { contender: Contender };
  const form = contender.forms.find(({ name }) => name === start.form) as Form;
  return form.open(place, { data: start.data, ectype: start.ectype });
}

const opened = await open().catch((error: unknown) => {
  tell({ kind: "failed", message: messageOf(error) });
  process.exit(1);
});
const clocks = new Map<string, Clock>();

function operationOf(row: Row): ((argument: any) => unknown) | undefined {
  const { operations } = opened;
  return (operations[row.operation] ?? (row.otherwise && operations[row.otherwise])) as ((argument: any) => unknown) | undefined;
}

function rowNamed(name: string): Row {
  return ROWS.find((row) => row.name === name) as Row;
}

function clockOf(row: Row): Clock {
  let clock = clocks.get(row.name);
  if (clock === undefined) {
    const call = operationOf(row) as Call;
    clock = new Clock(row, call, start.data, row.operation === "update" ? opened.updates : undefined);
    clocks.set(row.name, clock);
  }
  return clock;
}

/** Reads or writes of so many rows, for how the time grows with them. */
async function timeRows({ limit, operation, milliseconds }: Extract<Request, { ask: "rows" }>): Promise<Timing> {
  const row: Row = {
    name: `${operation} ${limit}`,
    title: "",
    operation: operation as keyof Operations,
    arguments: (count) =>
      Array.from({ length: count }, () =>
        operation === "list" ? { after: 0, limit } : Array.from({ length: limit }, (_, n) => ({ title: `Grown ${n}`, tagline: null })),
      ),
    ...(operation === "insertAll" && { most: Math.max(3, Math.floor(20_000 / limit)) }),
  };
  const clock = new Clock(row, operationOf(row) as Call, start.data, undefined);
  await clock.warm(milliseconds / 4, milliseconds);
  return clock.round(milliseconds);
}

async function answer(request: Request): Promise<Reply> {
  switch (request.ask) {
    case "check":
      return {
        kind: "checked",
        answers: await answersOf(rowNamed(request.row), operationOf(rowNamed(request.row)) as Call, opened, start.data),
      };
    case "warm":
      await clockOf(rowNamed(request.row)).warm(request.window, request.limit);
      return { kind: "timed", timing: { wall: 0, cpu: 0, calls: 0 } };
    case "round":
      return { kind: "timed", timing: await clockOf(rowNamed(request.row)).round(request.milliseconds) };
    case "rows":
      return { kind: "timed", timing: await timeRows(request) };
    case "memory":
      return { kind: "memory", bytes: await measureMemory(opened.operations, request.rows) };
    case "close":
      await opened.close();
      return { kind: "closed" };
  }
}

function tell(reply: Reply): void {
  process.send?.(reply);
}

process.on("message", (request: Request) => {
  answer(request).then(
    (reply) => {
      tell(reply);
      if (request.ask === "close") process.disconnect?.();
    },
    (error: unknown) => tell({ kind: "failed", message: messageOf(error) }),
  );
});
// The harness is gone: so is the reason to be here.
process.on("disconnect", () => process.exit(0));
tell({
  kind: "ready",
  rows: rowsOf(start.target)
    .filter((row) => operationOf(row) !== undefined)
    .map(({ name }) => name),
});

function messageOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
