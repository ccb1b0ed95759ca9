import { SqlReader } from "../core/adapter/index.ts";

/** Reads SQL text as SQLite does. */
export const sqlReader = new SqlReader({
  skipped: [/--[^\n]*/, /'[^']*(?:'|$)/, /"[^"]*(?:"|$)/, /`[^`]*(?:`|$)/, /\[[^\]]*(?:\]|$)/],
  nestedComments: false,
  dollarQuotes: false,
  bodies: { of: ["TRIGGER"], begin: "BEGIN" },
  session: {},
  sessionFunctions: {},
});
