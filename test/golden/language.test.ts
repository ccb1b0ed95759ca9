import { createRepo, inspect, QueryError } from "ectype";
import { postgres } from "ectype/postgres";
import { sqlite } from "ectype/sqlite";
import { expect, test } from "vitest";
import { changeCases } from "../../src/testing/cases/queries/changes.ts";
import { queryCases } from "../../src/testing/cases/queries/index.ts";
import { refusals } from "../support/refusals.ts";

// The SQL of every case of the query language. `npx vitest run test/golden/language -u` writes it anew: read the difference before you commit it.
const repos = {
  sqlite: createRepo({ adapter: sqlite({ database: ":memory:" }) }),
  postgres: createRepo({ adapter: postgres({ url: "postgres://nobody@localhost/none" }) }),
};

const reads = Object.entries(queryCases).flatMap(([feature, cases]) =>
  cases.map(({ name, query }) => ({ key: `${feature}: ${name}`, name, operation: "all" as const, query })),
);
const changes = changeCases.map(({ name, operation, query }) => ({
  key: `${operation === "all" ? "CTEs that write" : operation}: ${name}`,
  name,
  operation,
  query,
}));

for (const database of ["sqlite", "postgres"] as const) {
  const refused = refusals[database];

  test(`the whole language as ${database} has it`, async () => {
    const texts = reads
      .filter(({ key }) => !refused[key])
      .map(({ name, query }) => `-- ${name}\n${repos[database].toSql("all", query()).sql};\n`);
    await expect(texts.join("\n")).toMatchFileSnapshot(`./${database}/language.sql`);
  });

  // With the parameters, whose order is that of the clauses that they stand in.
  test(`every change as ${database} has it`, async () => {
    const texts = changes
      .filter(({ key }) => !refused[key])
      .map(({ name, operation, query }) => {
        const { sql, params } = repos[database].toSql(operation, query() as never);
        return `-- ${operation}, ${name}\n${sql};${params.length > 0 ? `\n-- ${inspect(params).replaceAll(/\s*\n\s*/g, " ")}` : ""}\n`;
      });
    await expect(texts.join("\n")).toMatchFileSnapshot(`./${database}/changes.sql`);
  });

  test(`what ${database} cannot do is refused before anything is sent`, () => {
    const cases = [...reads, ...changes].filter(({ key }) => refused[key]);
    expect(cases.map(({ key }) => key).sort()).toEqual(Object.keys(refused).sort());
    for (const { key, operation, query } of cases) {
      const written = () => repos[database].toSql(operation, query() as never);
      expect(written, key).toThrow(QueryError);
      expect(written, key).toThrow(refused[key]);
    }
  });
}
