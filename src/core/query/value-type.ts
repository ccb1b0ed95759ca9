import { Decimal, type Type, types } from "../type/index.ts";

/** The type of a bare JavaScript value, where it says it by itself. */
export function valueType(value: unknown): Type | null {
  switch (typeof value) {
    case "string":
      return types.string();
    case "boolean":
      return types.boolean();
    case "bigint":
      return types.bigint();
    case "number":
      return Number.isSafeInteger(value) ? types.integer() : types.float();
    default:
      // With all digits of a second that a Date may have been read with.
      if (value instanceof Date) return types.utcDatetime({ precision: 6 });
      if (value instanceof Uint8Array) return types.binary();
      return Decimal.isDecimal(value) ? types.decimal() : null;
  }
}
