/** Whether a value can be called: what callbacks that come without types are, until somebody says more. */
export function isFunction(value: unknown): value is (...args: readonly unknown[]) => unknown {
  return typeof value === "function";
}
