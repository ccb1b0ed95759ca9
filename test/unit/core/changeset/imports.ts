export { err, ok } from "../../../../src/core/base/index.ts";
export { customType, Decimal, types } from "../../../../src/core/type/index.ts";
