import { createRepo, inspect } from "ectype";
import { postgres } from "ectype/postgres";
import { sqlite } from "ectype/sqlite";
import { expect, test } from "vitest";
import { changeCases } from "../../src/testing/cases/queries/changes.ts";
import { queryCases } from "../../src/testing/cases/queries/index.ts";

// The SQL of every case of the query language. `npx vitest run test/golden/language -u` writes it anew: read the difference before you commit it.
const repos = {
  sqlite: createRepo({ adapter: sqlite({ database: ":memory:" }) }),
  postgres: createRepo({ adapter: postgres({ url: "postgres://nobody@localhost/none" }) }),
};

for (const database of ["sqlite", "postgres"] as const) {
  test(`the whole language as ${database} has it`, async () => {
    const texts = Object.values(queryCases).flatMap((cases) =>
      cases
        .filter(({ refused }) => !refused?.[database])
        .map(({ name, query }) => `-- ${name}\n${repos[database].toSql("all", query()).sql};\n`),
    );
    await expect(texts.join("\n")).toMatchFileSnapshot(`./${database}/language.sql`);
  });

  // With the parameters, whose order is that of the clauses that they stand in.
  test(`every change as ${database} has it`, async () => {
    const texts = changeCases
      .filter(({ refused }) => !refused?.[database])
      .map(({ name, operation, query }) => {
        const { sql, params } = repos[database].toSql(operation, query() as never);
        return `-- ${operation}, ${name}\n${sql};${params.length > 0 ? `\n-- ${inspect(params).replaceAll(/\s*\n\s*/g, " ")}` : ""}\n`;
      });
    await expect(texts.join("\n")).toMatchFileSnapshot(`./${database}/changes.sql`);
  });
}
