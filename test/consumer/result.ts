import { err, ok, type Result } from "ectype";

const half = (n: number): Result<number, string> => (n % 2 === 0 ? ok(n / 2) : err("odd"));
const result = half(4);
export const value: number | string = result.ok ? result.value : result.error;
