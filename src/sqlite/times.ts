// Moments, date-times and times are stored in the form of SQLite's own functions: a blank after the date, no zone, and no zeros at the end
// of a fraction. So CURRENT_TIMESTAMP and datetime('now') write what a repo writes, and texts sort as times do.
// What others stamp may end with zeros, as strftime('%f') does; comparisons know that: see the dialect.
import { instantText, parseInstant, parseInstantText, type Codec } from "../core/adapter/index.ts";
import { print } from "../core/base/index.ts";
import { digitsIn, type Precision, type Storage, tooFine, type Type } from "../core/type/index.ts";

const DAY = String.raw`\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])`;
const CLOCK = String.raw`(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?`;
const DATE = new RegExp(`^${DAY}$`);
const TIME = new RegExp(`^${CLOCK}$`);
const DATE_TIME = new RegExp(`^${DAY} ${CLOCK}$`);
const OTHER_FORM = new RegExp(
  `^${DAY}(?:[T ]${CLOCK.replace(":[0-5]\\d(?:\\.\\d+)?", "(?::[0-5]\\d(?:\\.\\d+)?)?")})?(?:Z|[+-]\\d\\d:?\\d\\d)?$`,
);

/** The storage kinds whose values are texts with a time of day. */
export type ClockStorage = "time" | "naiveDatetime" | "utcDatetime" | "utcDatetimeUsec";

/** How values with a time of day travel. */
export function clockCodec(storage: ClockStorage, type: Type): Codec {
  const written = type.params?.["stored"] === true ? (text: string): string => text : shortest;
  switch (storage) {
    case "time":
      return { encode: written, decode: decodeTime };
    case "naiveDatetime":
      return {
        encode: (value: string) => written(blank(value)),
        decode: (value: unknown) => checkDay(dateTimeOf(value)).replace(" ", "T"),
      };
    case "utcDatetimeUsec":
      return {
        encode: (value: string) => written(blank(value.slice(0, -1))),
        decode: (value: unknown) => parseInstantText(checkDay(dateTimeOf(value))),
      };
    case "utcDatetime": {
      const precision = (type.params?.["precision"] as Precision | undefined) ?? 6;
      return { encode: storedInstant, decode: (value: unknown) => parseInstant(dateTimeOf(value), precision) };
    }
  }
}

export function isClock(storage: Storage): storage is ClockStorage {
  return storage === "utcDatetime" || storage === "naiveDatetime" || storage === "time" || storage === "utcDatetimeUsec";
}

export const dateCodec: Codec = {
  encode: null,
  decode: (value: unknown) => {
    if (typeof value === "string" && DATE.test(value)) return checkDay(value);
    throw new TypeError(`it is ${print(value)}, not a date as text such as "2026-11-22"`);
  },
};

/** A Date as it is stored. @throws TypeError for an invalid one */
export function storedInstant(value: Date): string {
  if (Number.isNaN(value.getTime())) throw new TypeError("it is an invalid Date");
  return shortest(blank(instantText(value)));
}

/** Every text that stands for the time of a stored one: with zeros at its end, up to six digits. */
export function formsOf(stored: string): string[] {
  const forms = [stored];
  let padded = stored.includes(".") ? stored : `${stored}.`;
  for (let digits = padded.length - padded.indexOf(".") - 1; digits < 6; digits++) {
    padded += "0";
    forms.push(padded);
  }
  return forms;
}

function blank(text: string): string {
  return `${text.slice(0, 10)} ${text.slice(11)}`;
}

function shortest(text: string): string {
  const point = text.indexOf(".");
  if (point < 0) return text;
  const digits = digitsIn(text);
  return text.slice(0, digits === 0 ? point : point + 1 + digits);
}

function decodeTime(value: unknown): string {
  if (typeof value !== "string" || !TIME.test(value)) throw new TypeError(`it is ${print(value)}, not a time as text such as "13:45:00"`);
  return fitting(value);
}

function dateTimeOf(value: unknown): string {
  if (typeof value === "string" && DATE_TIME.test(value)) return fitting(value);
  if (typeof value !== "string" || !OTHER_FORM.test(value))
    throw new TypeError(`it is ${print(value)}, not a date-time as text such as "2026-11-22 13:45:00"`);
  throw new TypeError(
    'it is a date-time of another form than "2026-11-22 13:45:00", that of CURRENT_TIMESTAMP, beside which it does not sort: ' +
      "rewrite such values once, as in update … set at = strftime('%Y-%m-%d %H:%M:%f', at), or declare a custom type that keeps their form",
  );
}

function fitting(text: string): string {
  if (text.length > 26 && digitsIn(text) > 6) throw new TypeError(tooFine(digitsIn(text), 6));
  return text;
}

/** @throws TypeError for the 31st of a month that has no such day */
function checkDay(text: string): string {
  const day = Number(text.slice(8, 10));
  if (day > 28 && new Date(`${text.slice(0, 10)}T00:00:00Z`).getUTCDate() !== day)
    throw new TypeError(`it is ${print(text)}, a day that its month does not have`);
  return text;
}
