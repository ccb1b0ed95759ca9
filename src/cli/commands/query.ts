import type { Command } from "commander";
import type { RawResult, Statement } from "../../core/adapter/index.ts";
import { ArgumentError, EctypeError, QueryError } from "../../core/base/index.ts";
import type { Cli } from "../cli.ts";
import { command, repoOption, wholeNumber, withRepo } from "../cli.ts";
import type { CliRepo } from "../load.ts";
import { textTable } from "../table.ts";

interface Options {
  readonly repo?: string;
  readonly limit: number;
}

/** `ectype query SQL` (mix ecto.query with --sql). */
export function queryCommand(cli: Cli): Command {
  return command("query", "run one SQL query in a transaction that only reads, and show its rows", [
    'ectype query "select * from movies"',
    'ectype query --limit 5 "select title from movies order by title"',
  ])
    .argument("<sql>", "the query")
    .addOption(repoOption())
    .option("--limit <count>", "show so many rows at most", wholeNumber(0), 100)
    .action(async (sql: string, { repo: name, limit }: Options) => {
      if (sql.trim() === "") throw new ArgumentError('There is no query. Write it in quotes: ectype query "select 1".');
      checkReading(sql);
      const project = await cli.project();
      const result = await withRepo(project, project.oneRepo(name), (repo) => readOnly(repo, sql));
      writeResult(cli, result, limit);
    });
}

// What begins with these makes files or works on the connection, which no transaction that only reads forbids.
const NOT_READING = /^(?:\s|;|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*(attach|detach|vacuum|copy|do|call)\b/i;

function checkReading(sql: string): void {
  const word = NOT_READING.exec(sql)?.[1];
  if (word !== undefined)
    throw new QueryError(
      `ectype query only reads, and ${word.toUpperCase()} does more. To change data use a migration, the seeds, or: ectype console.`,
    );
}

/** A transaction that only reads and is rolled back in the end. Prepared, since a database then takes one statement and no more. */
async function readOnly({ adapter }: CliRepo, sql: string): Promise<Pick<RawResult, "columns" | "rows">> {
  const statement: Statement = { sql, readOnly: true, returnsRows: true, bigints: true, prepare: true };
  const pool = adapter.open();
  try {
    const connection = await pool.checkout();
    try {
      await connection.begin({ readOnly: true });
      const { columns, rows } = await connection.run(statement, []);
      await connection.rollback();
      connection.release();
      return { columns, rows };
    } catch (error) {
      connection.release(error);
      const known = error instanceof EctypeError ? error : adapter.wrapError(error, sql);
      if (!/read-?only/i.test(known.message)) throw known;
      throw new QueryError("ectype query only reads. To change data use a migration, the seeds, or: ectype console.", { cause: known });
    }
  } finally {
    await pool.close();
  }
}

function writeResult({ out }: Cli, { columns, rows }: Pick<RawResult, "columns" | "rows">, limit: number): void {
  const shown = rows.slice(0, limit);
  if (columns.length > 0) for (const line of textTable(columns, shown)) out.line(line);
  const count = `${rows.length} ${rows.length === 1 ? "row" : "rows"}`;
  out.line(shown.length < rows.length ? `(${count}, of which ${shown.length} are shown; --limit shows more)` : `(${count})`);
}
