import { SqlReader } from "../core/adapter/index.ts";

/** Reads SQL text as PostgreSQL does. */
export const sqlReader = new SqlReader({
  skipped: [/--[^\n\r]*/, /[eE]'[^'\\]*(?:(?:\\[\s\S]|'')[^'\\]*)*(?:'|$)/, /'[^']*(?:'|$)/, /"[^"]*(?:"|$)/],
  nestedComments: true,
  dollarQuotes: true,
  bodies: { of: ["FUNCTION", "PROCEDURE"], begin: "BEGIN ATOMIC" },
  session: {
    SET: ["LOCAL", "TRANSACTION", "CONSTRAINTS"],
    RESET: [],
    DISCARD: [],
    PREPARE: [],
    DEALLOCATE: [],
    LISTEN: [],
    UNLISTEN: [],
  },
  // Its third argument, true, makes it hold for the transaction alone.
  sessionFunctions: { set_config: /,\s*true\s*$/i },
});
