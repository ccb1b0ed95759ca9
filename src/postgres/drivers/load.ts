import { ConfigError } from "../../core/base/index.ts";

/**
 * A driver's package, imported with the first connection: who uses another one need not have it.
 * @param load imports the package by a name that is written out, so that bundlers find it
 */
export async function loadDriver<Package>(name: string, load: () => Promise<unknown>): Promise<Package> {
  try {
    return (await load()) as Package;
  } catch (error) {
    throw new ConfigError(
      isMissing(error, name)
        ? `PostgreSQL needs a driver: run "npm install ${name}"`
        : `the driver ${name} is there but does not load: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
}

/** Whether it is the package itself that was not found, and not something that it needs. */
function isMissing(error: unknown, name: string): boolean {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  const text = String(message);
  return (code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND") && (text.includes(`'${name}'`) || text.includes(`"${name}"`));
}
