import { beforeAll, describe, expect, test } from "vitest";
import { assoc, belongsTo, field, from, hasMany, manyToMany, type Repo, schema } from "ectype";
import { databases } from "../../support/databases.ts";
import { openRepo } from "../../support/repo.ts";
import { createTables } from "../../support/tables.ts";

class Cell extends schema(
  "cells",
  {
    row: field.integer({ primaryKey: true }),
    column: field.string({ primaryKey: true, source: 'co"l' }),
    notes: () => hasMany(Mark, { foreignKey: ["row", "column"] }),
    labels: () => manyToMany(Label, { joinThrough: "cells_labels", joinKeys: [{ row: "row", col: "column" }, { labelId: "id" }] }),
  },
  { primaryKey: false },
) {}
class Mark extends schema("marks", {
  row: field.integer(),
  column: field.string(),
  text: field.string(),
  cell: () => belongsTo(Cell, { foreignKey: ["row", "column"], defineField: false }),
}) {}
class Label extends schema("labels", { name: field.string() }) {}

const COUNT = 100_000;

describe.each(databases)("$label", (database) => {
  let repo: Repo;
  const cells = () => Array.from({ length: COUNT }, (_, at) => Cell.build({ row: Math.floor(at / 100), column: `c"${at % 100}` }));
  beforeAll(async () => {
    repo = await openRepo(database);
    await createTables(repo, [Cell, Mark, Label]);
    await repo.query('create index marks_cell on marks (row, "column")');
    await repo.query("create index cells_labels_cell on cells_labels (row, col)");
    await repo.insertAll(
      Mark,
      [0, 7, 50_000, COUNT - 1].flatMap((at) =>
        ["a", "b"].map((text) => ({ row: Math.floor(at / 100), column: `c"${at % 100}`, text: `${text}${at}` })),
      ),
    );
    await repo.insertAll(Mark, [{ row: null, column: 'c"7', text: "of no cell" }]);
    await repo.insertAll(Label, [{ id: 1, name: "x" }]);
    await repo.insertAll("cells_labels", [
      { row: 0, col: 'c"0', label_id: 1 },
      { row: 999, col: 'c"99', label_id: 1 },
    ]);
  });

  test("preloads of 100,000 owners by keys of two fields", { timeout: 120_000 }, async () => {
    const loaded = await repo.preload(cells(), { notes: from(Mark).orderBy("id"), labels: true });
    const found = loaded.flatMap((cell, at) => (cell.notes.length > 0 ? [[at, ...cell.notes.map(({ text }) => text)]] : []));
    expect(found).toEqual([
      [0, "a0", "b0"],
      [7, "a7", "b7"],
      [50_000, "a50000", "b50000"],
      [COUNT - 1, `a${COUNT - 1}`, `b${COUNT - 1}`],
    ]);
    expect(loaded.flatMap((cell, at) => (cell.labels.length > 0 ? [at] : []))).toEqual([0, COUNT - 1]);
    expect((await repo.all(assoc(cells(), "notes"))).length).toBe(8);
  });

  test("one, none and null", async () => {
    const [one, two] = cells();
    expect((await repo.preload(one as Cell, "notes")).notes.length).toBe(2);
    expect((await repo.preload([one, two] as Cell[], "notes")).map(({ notes }) => notes.length)).toEqual([2, 0]);
    await repo.insertAll(Cell, [{ row: 0, column: 'c"0' }]);
    const marks = await repo.preload(await repo.all(from(Mark).orderBy("id")), "cell");
    expect(marks.map(({ cell }) => cell?.column ?? null)).toEqual(['c"0', 'c"0', ...Array.from({ length: 7 }, () => null)]);
    const nobody = Mark.build({ row: null, column: 'c"0' });
    expect((await repo.preload(nobody, "cell")).cell).toBeNull();
  });

  test("the statement is the same for any number of owners", async () => {
    const statements = new Set<string>();
    const log = ({ sql }: { sql: string }) => void statements.add(sql);
    for (const count of [2, 3, 500]) await repo.preload(cells().slice(0, count), ["notes", "labels"], { log });
    expect(statements.size).toBe(2);
  });
});
