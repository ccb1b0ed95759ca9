import { print } from "../base/index.ts";
import type { Command, Constraint, DropMode } from "./data.ts";

/** A command in a line, for logs and errors, in Ecto's words: `create table movies`. */
export function commandText(command: Command): string {
  switch (command.kind) {
    case "createTable": {
      const modifiers = command.table.modifiers === null ? "" : `${command.table.modifiers} `;
      return `create ${modifiers}table ${command.ifNotExists ? "if not exists " : ""}${named(command.table)}`;
    }
    case "alterTable":
      return `alter table ${named(command.table)}`;
    case "dropTable":
      return `drop table ${command.ifExists ? "if exists " : ""}${named(command.table)}${cascade(command.mode)}`;
    case "renameTable":
      return `rename table ${named(command.table)} to ${named({ ...command.table, name: command.to })}`;
    case "renameColumn":
      return `rename column ${command.column} to ${command.to} on table ${named(command.table)}`;
    case "createIndex":
      return `create index ${command.ifNotExists ? "if not exists " : ""}${named(command.index)}`;
    case "dropIndex":
      return `drop index ${command.ifExists ? "if exists " : ""}${named(command.index)}${cascade(command.mode)}`;
    case "renameIndex":
      return `rename index ${named(command.index)} to ${command.to}`;
    case "createConstraint": {
      const kind = command.constraint.check === null ? "exclude" : "check";
      return `create ${kind} constraint ${command.constraint.name} on table ${tableOf(command.constraint)}`;
    }
    case "dropConstraint":
      return `drop constraint ${command.ifExists ? "if exists " : ""}${command.constraint.name} from table ${tableOf(command.constraint)}`;
    case "execute":
      if (command.files[0] !== undefined) return `execute file ${command.files[0]}`;
      return typeof command.up === "function" ? "execute function" : `execute ${command.up.map((sql) => print(sql)).join(", ")}`;
  }
}

function named(object: { readonly name: string; readonly prefix: string | null }): string {
  return object.prefix === null ? object.name : `${object.prefix}.${object.name}`;
}

function tableOf(constraint: Constraint): string {
  return named({ name: constraint.table, prefix: constraint.prefix });
}

function cascade(mode: DropMode): string {
  return mode === "cascade" ? " cascade" : "";
}
