import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as ectype from "ectype";
import { createRepo, Expr, from } from "ectype";
import { postgres } from "ectype/postgres";
import { sqlite } from "ectype/sqlite";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import * as aggregates from "../../src/core/query/aggregates.ts";
import * as cases from "../../src/core/query/case.ts";
import * as functions from "../../src/core/query/functions.ts";
import * as intervals from "../../src/core/query/intervals.ts";
import * as windows from "../../src/core/query/window-functions.ts";
import { typeProblemsOf } from "./run.ts";

// With UPDATE_DOCS set, the page is written anew from its first column.
const path = fileURLToPath(new URL("../../docs/functions.md", import.meta.url));
const page = readFileSync(path, "utf8");
const ROW = /^\| (`.+`) \| (.*?) ?\| (.*?) ?\|$/;

const schemaText = /```ts\n(class Film [\s\S]*?)```/.exec(page)?.[1] ?? "";
const Film = evaluate(`(() => { ${schemaText}; return Film; })()`) as ectype.AnySchema;
const repos = {
  sqlite: createRepo({ adapter: sqlite({ database: ":memory:" }) }),
  postgres: createRepo({ adapter: postgres({ url: "postgres://nobody@127.0.0.1:1/none" }) }),
};

const rows = page
  .split("\n")
  .map((line) => ROW.exec(line.replaceAll("\\|", "¦")))
  .filter((match) => match !== null)
  .map(([, code, onSqlite, onPostgres]) => ({
    code: uncoded(code as string),
    sqlite: uncoded(onSqlite as string),
    postgres: uncoded(onPostgres as string),
  }))
  .filter(({ code }) => /^[a-z]/i.test(code) && code.includes("("))
  .filter(({ code }) => !/^(selectedAs|as|parentAs|assoc)\(/.test(code));

describe("the reference of functions", () => {
  it("shows the SQL of each", () => {
    if (process.env.UPDATE_DOCS) writeFileSync(path, updated());
    else for (const { code, ...shown } of rows) expect({ code, ...shown }).toEqual({ code, ...sqlOf(code) });
  });

  it("holds expressions that compile", () => {
    const text = `${importsOf("ectype")}${schemaText}\nexport const queries = [\n${rows
      .map(({ code }) => `  ${code.match(/\.(asc|desc)\w*\(\)$/) && !code.includes("over(") ? orderText(code) : selectText(code)},`)
      .join("\n")}\n];\n`;
    expect(typeProblemsOf({ functions: text })).toEqual([]);
  });

  it("has every method of an expression and every function", () => {
    const own = Object.entries(Object.getOwnPropertyDescriptors(Expr.prototype)).filter(([, { value }]) => typeof value === "function");
    // Those that refuse to be a JavaScript value have no SQL.
    const methods = own.map(([name]) => name).filter((name) => !["constructor", "toString", "toJSON"].includes(name));
    expect(methods.filter((name) => !page.includes(`.${name}(`))).toEqual([]);
    const names = Object.keys({ ...functions, ...aggregates, ...windows, ...cases, ...intervals }).filter(
      (name) => name in ectype && name !== "Case",
    );
    expect(names.filter((name) => !new RegExp(`\\b${name}[(<]`).test(page))).toEqual([]);
  });
});

function selectText(code: string): string {
  return `from(Film).select((f) => ${code})`;
}
function orderText(code: string): string {
  return `from(Film).orderBy((f) => ${code})`;
}

/** The part of the SQL that an expression makes, on each database. */
function sqlOf(code: string): { sqlite: string; postgres: string } {
  const expression = evaluate(`(f) => (${code})`) as never;
  const ordering = /\.(asc|desc)(Nulls\w+)?\(\)$/.test(code);
  const query = ordering
    ? from(Film)
        .select(["id"] as never)
        .orderBy(expression)
    : from(Film).select(expression);
  const show = (name: keyof typeof repos): string => {
    try {
      const { sql } = repos[name].toSql("all", query as never);
      const text = ordering ? sql.slice(sql.indexOf(" ORDER BY ") + 10) : sql.slice("SELECT ".length, sql.indexOf(' FROM "films" AS f0'));
      return text.replaceAll('"', "");
    } catch (error) {
      if (error instanceof ectype.QueryError) return "refused";
      throw error;
    }
  };
  return { sqlite: show("sqlite"), postgres: show("postgres") };
}

function evaluate(code: string): unknown {
  const { outputText } = ts.transpileModule(`result = ${code};`, { compilerOptions: { target: ts.ScriptTarget.ES2022 } });
  const scope: Record<string, unknown> = { ...ectype, Film: globalThis.undefined };
  const names = Object.keys(scope).filter((name) => !/^(Film|type|default)$/.test(name));
  const make = new Function("scope", "Film", `const { ${names.join(", ")}, type } = scope; let result; ${outputText} return result;`);
  return make(scope, code.includes("class Film") ? undefined : Film);
}

function importsOf(from: string): string {
  const names = Object.keys(ectype).filter((name) => name !== "default");
  return `import { ${names.join(", ")} } from "${from}";\n`;
}

function uncoded(cell: string): string {
  return cell.replace(/^`+ ?| ?`+$/g, "").replaceAll("¦", "|");
}

function updated(): string {
  return page
    .split("\n")
    .map((line) => {
      const match = ROW.exec(line.replaceAll("\\|", "¦"));
      const row = match && rows.find(({ code }) => code === uncoded(match[1] as string));
      if (!row) return line;
      const shown = sqlOf(row.code);
      const cell = (text: string) => (text === "refused" ? "refused" : `\`${text.replaceAll("|", "\\|")}\``);
      return `| ${(match[1] as string).replaceAll("¦", "\\|")} | ${cell(shown.sqlite)} | ${cell(shown.postgres)} |`;
    })
    .join("\n");
}
