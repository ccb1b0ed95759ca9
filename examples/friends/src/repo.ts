import { createRepo } from "ectype";
import { postgres } from "ectype/postgres";
import { sqlite } from "ectype/sqlite";

// An SQLite file, or PostgreSQL where DATABASE_URL names one: postgres://user:password@localhost/friends
const url = process.env.DATABASE_URL;

export const repo = createRepo({
  adapter: url ? postgres({ url }) : sqlite({ database: "friends.db" }),
});
