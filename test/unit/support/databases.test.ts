import { existsSync } from "node:fs";
import pg from "pg";
import { describe, expect, test } from "vitest";
import { databases, freshPostgresUrl, freshSqliteFile, sqliteDrivers } from "../../support/databases.ts";

async function query(url: string, sql: string): Promise<Array<Record<string, unknown>>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

describe("the test databases", () => {
  test("PostgreSQL is version 18 or newer, in UTF-8, and knows the case of letters beyond ASCII", async () => {
    const url = await freshPostgresUrl();
    const [row] = await query(
      url,
      "select current_setting('server_version_num')::int as version, upper('ß' || 'é') as upper, pg_encoding_to_char(encoding) as encoding from pg_database where datname = current_database()",
    );
    expect(row?.version).toBeGreaterThanOrEqual(180000);
    expect(row?.encoding).toBe("UTF8");
    expect(row?.upper).toContain("É");
  });

  test("every PostgreSQL database that is opened is empty and its own", async () => {
    const [one, two] = [await freshPostgresUrl(), await freshPostgresUrl()];
    await query(one, "create table only_here (id int)");
    const count = "select count(*)::int as n from pg_tables where schemaname = 'public'";
    expect(await query(one, count)).toEqual([{ n: 1 }]);
    expect(await query(two, count)).toEqual([{ n: 0 }]);
  });

  test("an SQLite file is a new path in a folder that exists", () => {
    const [one, two] = [freshSqliteFile(), freshSqliteFile()];
    expect(one).not.toBe(two);
    expect(existsSync(one)).toBe(false);
  });

  test("at least one SQLite driver loads on every Node, and node:sqlite from 22.13 on", () => {
    const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
    expect(sqliteDrivers.length).toBeGreaterThan(0);
    expect(sqliteDrivers.includes("node")).toBe(major > 22 || (major === 22 && minor >= 13));
    expect(databases.map((database) => database.name)).toContain("postgres");
  });
});
