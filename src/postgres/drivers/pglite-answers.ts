import type { PostgresAnswer, PostgresConnectOptions } from "./driver.ts";

/** A message of PGlite's protocol parser. */
interface Message {
  readonly name: string;
  readonly fields?: readonly unknown[];
  readonly status?: string;
  readonly text?: string;
  readonly code?: string;
}
interface Field {
  readonly name: string;
  readonly dataTypeID: number;
}

/** What came of the messages of one statement. */
export interface Exchange {
  readonly answers: readonly PostgresAnswer[];
  readonly failure: Error | null;
  readonly parsed: boolean;
  readonly bound: boolean;
  /** The columns of a statement whose end did not come. */
  readonly open: boolean;
  /** What the server said of its transaction when it was ready again: "I" for none; null where it did not say so. */
  readonly status: string | null;
}

export function readMessages(messages: readonly unknown[], data: Uint8Array, parserOf: PostgresConnectOptions["parserOf"]): Exchange {
  const answers: PostgresAnswer[] = [];
  let failure: Error | null = null;
  let parsed = false;
  let bound = false;
  let status: string | null = null;
  let fields: readonly Field[] | null = null;
  let parsers: readonly ((text: string) => unknown)[] = [];
  let rows: unknown[][] = [];
  let at = 0;
  const marked = hasMark(data);
  const complete = (text: string) => {
    const [command = "", ...counts] = text.split(" ");
    const count = Number(counts.at(-1));
    answers.push({ command, rowCount: counts.length > 0 && Number.isInteger(count) ? count : null, rows, fields: fields ?? [] });
    [fields, parsers, rows] = [null, [], []];
  };
  for (const message of messages as readonly Message[]) {
    switch (message.name) {
      case "parseComplete":
        parsed = true;
        break;
      case "bindComplete":
        bound = true;
        break;
      case "rowDescription":
        fields = message.fields as readonly Field[];
        parsers = fields.map(({ dataTypeID }) => parserOf(dataTypeID));
        break;
      case "dataRow": {
        let texts = message.fields as readonly (string | null)[];
        if (marked) {
          at = nextRow(data, at);
          texts = textsOf(data, at);
        }
        rows.push(texts.map((text, column) => (text === null ? null : (parsers[column] as (text: string) => unknown)(text))));
        break;
      }
      case "commandComplete":
        complete(message.text ?? "");
        break;
      case "emptyQuery":
        complete("");
        break;
      case "error":
        failure ??= message as unknown as Error;
        break;
      case "readyForQuery":
        status = message.status ?? "I";
        break;
    }
  }
  return { answers, failure, parsed, bound, open: fields !== null, status };
}

const ROW = "D".charCodeAt(0);
/** Of a message: its kind, its length without the kind, and the number of a row's values. */
const HEADER = 1 + 4 + 2;
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Whether a text may begin with a byte order mark, which PGlite's own parser takes off. */
function hasMark(data: Uint8Array): boolean {
  for (let at = data.indexOf(0xef); at >= 0; at = data.indexOf(0xef, at + 1))
    if (data[at + 1] === 0xbb && data[at + 2] === 0xbf) return true;
  return false;
}

/** Where the first row after a message begins; the first message is never a row. */
function nextRow(data: Uint8Array, at: number): number {
  let next = after(data, at);
  while (data[next] !== ROW) next = after(data, next);
  return next;
}

function after(data: Uint8Array, at: number): number {
  return at + 1 + int32(data, at + 1);
}

function int32(data: Uint8Array, at: number): number {
  return new DataView(data.buffer, data.byteOffset + at, 4).getInt32(0);
}

function textsOf(data: Uint8Array, row: number): (string | null)[] {
  const texts: (string | null)[] = [];
  const end = after(data, row);
  for (let at = row + HEADER; at < end; ) {
    const length = int32(data, at);
    at += 4;
    texts.push(length < 0 ? null : decoder.decode(data.subarray(at, at + length)));
    at += Math.max(0, length);
  }
  return texts;
}
