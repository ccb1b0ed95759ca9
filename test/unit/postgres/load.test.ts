import { describe, expect, test } from "vitest";
import { ConfigError } from "../../../src/core/base/index.ts";
import { loadDriver } from "../../../src/postgres/drivers/load.ts";

const failing = (code: string, message: string) => () => Promise.reject(Object.assign(new Error(message), { code }));

describe("a driver's package", () => {
  test("is what its import gives", async () => {
    expect(await loadDriver("@x/driver", async () => ({ Client: 1 }))).toEqual({ Client: 1 });
  });

  test("that is missing is told by the command that installs it", async () => {
    const error = await loadDriver("@x/driver", failing("ERR_MODULE_NOT_FOUND", "Cannot find package '@x/driver' imported from y")).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as Error).message).toBe('PostgreSQL needs a driver: run "npm install @x/driver"');
  });

  test("tells its own error where something else is missing", async () => {
    const error = await loadDriver("@x/driver", failing("ERR_MODULE_NOT_FOUND", "Cannot find package 'y'")).catch(
      (thrown: unknown) => thrown,
    );
    expect((error as Error).message).toBe("the driver @x/driver is there but does not load: Cannot find package 'y'");
  });
});
