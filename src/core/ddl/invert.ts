import { MigrationError } from "../base/index.ts";
import type { AddColumn, ColumnChange, Command, ModifyColumn, RemoveColumn } from "./data.ts";
import { commandText } from "./command-text.ts";

/**
 * The command that undoes a command, as a rollback of `change` needs it.
 * @throws MigrationError naming the command, where nothing says what was there before
 */
export function invert(command: Command): Command {
  switch (command.kind) {
    case "createTable":
      return Object.freeze({ kind: "dropTable", table: command.table, ifExists: command.ifNotExists, mode: "restrict" });
    case "alterTable":
      // A change cannot rest on one that came after it, so the last one is undone first.
      return Object.freeze({
        ...command,
        changes: Object.freeze(command.changes.map((change) => invertChange(command, change)).reverse()),
      });
    case "renameTable":
      return Object.freeze({ ...command, table: Object.freeze({ ...command.table, name: command.to }), to: command.table.name });
    case "renameColumn":
      return Object.freeze({ ...command, column: command.to, to: command.column });
    case "createIndex":
      return Object.freeze({ kind: "dropIndex", index: command.index, ifExists: command.ifNotExists, mode: "restrict" });
    case "dropIndex":
      if (command.index.columns.length === 0) throw irreversible(command, "name the index's columns beside its name");
      return Object.freeze({ kind: "createIndex", index: command.index, ifNotExists: command.ifExists });
    case "renameIndex":
      return Object.freeze({ ...command, index: Object.freeze({ ...command.index, name: command.to }), to: command.index.name });
    case "createConstraint":
      return Object.freeze({ kind: "dropConstraint", constraint: command.constraint, ifExists: false, mode: "restrict" });
    case "execute":
      if (command.down === null) throw irreversible(command, "give execute a second argument that undoes it");
      return Object.freeze({ ...command, up: command.down, down: command.up, files: Object.freeze([...command.files].reverse()) });
    case "dropTable":
    case "dropConstraint":
      throw irreversible(command, null);
  }
}

function invertChange(command: Command, change: ColumnChange): ColumnChange {
  switch (change.op) {
    case "add":
      return Object.freeze({ op: "remove", name: change.name, type: change.type, options: Object.freeze({}) } satisfies RemoveColumn);
    case "remove":
      if (change.type === null) throw irreversible(command, `write t.remove("${change.name}", type, options)`, `remove "${change.name}"`);
      return Object.freeze({ op: "add", name: change.name, type: change.type, options: change.options } satisfies AddColumn);
    case "modify":
      return invertModify(command, change);
    case "addIfNotExists":
    case "removeIfExists":
      throw irreversible(command, `use t.add or t.remove`, `${change.op} "${change.name}"`);
  }
}

/** A plain type in `from` keeps the other options, a type with options replaces them. */
function invertModify(command: Command, change: ModifyColumn): ModifyColumn {
  const { from } = change;
  if (from === null) throw irreversible(command, `give t.modify the option from, the column's type until now`, `modify "${change.name}"`);
  return Object.freeze({
    op: "modify",
    name: change.name,
    type: from.type,
    options: from.options ?? change.options,
    from: Object.freeze({ type: change.type, options: from.options === null ? null : change.options }),
  });
}

function irreversible(command: Command, fix: string | null, part?: string): MigrationError {
  const what = part === undefined ? commandText(command) : `${commandText(command)}: ${part}`;
  const ways = fix === null ? "define up and down" : `${fix}, or define up and down`;
  return new MigrationError(`the command cannot be reversed: ${what}. To roll this migration back, ${ways} in place of change`);
}
