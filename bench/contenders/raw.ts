import type { Contender, Form, Opened } from "../contender.ts";
import { openRawPostgres } from "./raw-postgres.ts";
import { openRawSqlite } from "./raw-sqlite.ts";

// The driver by hand, as somebody would write it who does nothing else: statements prepared once, rows as arrays, nested reads by one
// statement that answers in JSON ("raw"), or by one statement for each table ("raw, separate queries").

const ALONE = "SQLite runs inside the process: there is nothing to send together";

function form(name: string, options: { readonly json: boolean; readonly pipeline: boolean }): Form {
  return {
    name,
    targets: options.pipeline ? ["pg"] : ["better-sqlite3", "node-sqlite", "pg"],
    ...(options.pipeline && { absent: { "better-sqlite3": ALONE, "node-sqlite": ALONE } }),
    open: async (place): Promise<Opened> => (place.target === "pg" ? openRawPostgres(place.at, options) : openRawSqlite(place, options)),
  };
}

export const contender: Contender = {
  forms: [
    form("raw", { json: true, pipeline: false }),
    form("raw, separate queries", { json: false, pipeline: false }),
    form("raw, pipelined", { json: false, pipeline: true }),
    form("raw, pipelined, JSON", { json: true, pipeline: true }),
  ],
  packages: ["better-sqlite3", "pg"],
};
