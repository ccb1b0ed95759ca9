import { err, ok, type Result } from "../../src/core/base/index.ts";

const half = (n: number): Result<number, string> => (n % 2 === 0 ? ok(n / 2) : err("odd"));
const result = half(3);

// @ts-expect-error the value is out of reach until `ok` is known to be true
result.value;

if (result.ok) {
  const value: number = result.value;
  // @ts-expect-error a success has no error
  result.error;
} else {
  const error: string = result.error;
}
