import { Decimal, field, from, type LogEvent, type Repo, schema } from "ectype";
import { beforeAll, describe, expect, test } from "vitest";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { createTables } from "../../support/tables.ts";

class Reading extends schema("readings", {
  count: field.integer(),
  large: field.bigint(),
  exact: field.decimal(),
  on: field.boolean(),
  at: field.utcDatetime(),
  bytes: field.binary(),
  list: field.array(field.bigint()),
}) {}

describe.each(databases)("events on $label are JSON", (database) => {
  let repo: Repo;
  beforeAll(async () => {
    repo = await openRepo(database);
    await createTables(repo, [Reading]);
  });

  test("with all digits of their values", async () => {
    const lines: string[] = [];
    const log = (event: LogEvent): void => void lines.push(JSON.stringify(event));
    const row = {
      count: 7,
      large: 2n ** 63n - 1n,
      exact: new Decimal("1.5"),
      on: true,
      at: new Date(0),
      bytes: new Uint8Array([1]),
      list: [2n ** 62n],
    };
    const { id } = await repo.insertOrThrow(Reading.build(row), { log });
    expect((await repo.all(from(Reading).where({ large: 2n ** 63n - 1n }), { log })).map((one) => one.id)).toEqual([id]);
    await repo.all(
      from(Reading).where((r) => r.large.in([1n, 2n ** 60n])),
      { log },
    );
    await repo.query("select $1, $2", database.name === "sqlite" ? [2n ** 60n, 5n] : ["a", "b"], { log });
    expect(lines.length).toBe(4);
    expect(lines[1]).toMatch(/"params":\["?9223372036854775807"\]/);
    expect(lines[2]).toContain("1152921504606846976");
    if (database.name === "sqlite") expect(lines[3]).toContain('"params":["1152921504606846976",5]');
  });
});
