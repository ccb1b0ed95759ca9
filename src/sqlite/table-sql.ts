import { Lru } from "../core/base/index.ts";
// SQLite tells the names of checks and indexes; those of keys stand nowhere but in the text that made the table.

export interface TableConstraint {
  readonly kind: "primaryKey" | "unique" | "foreignKey" | "check";
  /** null where it was given none. */
  readonly name: string | null;
  /** The columns that it is about; of a check those that its expression names. */
  readonly columns: readonly string[];
  /** The expression of a check. */
  readonly text: string;
}

const TOKEN = /\s+|--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|[\p{L}\p{N}_$]+|[\s\S]/gu;
const SPACE = /^(?:\s|--|\/\*)/;

interface Token {
  readonly text: string;
  /** In upper case where it is a bare word. */
  readonly word: string;
  readonly at: number;
}

/** The constraints of a table, in the order of their declaration. */
export function tableConstraints(sql: string): readonly TableConstraint[] {
  let found = known.get(sql);
  if (found === undefined) {
    found = constraintsOf(sql);
    known.set(sql, found, sql.length);
  }
  return found;
}

const known = new Lru<readonly TableConstraint[]>({ max: 100, maxWeight: 2 ** 20 });

function constraintsOf(sql: string): readonly TableConstraint[] {
  const tokens = [...sql.matchAll(TOKEN)]
    .map(({ 0: text, index }): Token => ({ text, word: /^[\p{L}_]/u.test(text) ? text.toUpperCase() : text, at: index }))
    .filter(({ text }) => !SPACE.test(text));
  const open = tokens.findIndex(({ text }) => text === "(");
  if (open < 0) return [];
  const items = groups(tokens, open);
  const names = items.flatMap(([first]) => (first !== undefined && !STARTS.has(first.word) ? [unquoted(first.text)] : []));
  return items.flatMap((item) => itemConstraints(sql, item, names));
}

const STARTS = new Set(["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"]);
// A name given by CONSTRAINT belongs to the rule that these words begin.
const OTHERS = new Set(["NOT", "NULL", "DEFAULT", "COLLATE", "GENERATED", "AS"]);

/** What stands between the commas of a pair of parentheses. */
function groups(tokens: readonly Token[], open: number): Token[][] {
  const found: Token[][] = [[]];
  let depth = 0;
  for (let at = open; at < tokens.length; at++) {
    const token = tokens[at] as Token;
    if (token.text === ")" && --depth === 0) break;
    if (token.text === "," && depth === 1) found.push([]);
    else if (depth > 0) found.at(-1)?.push(token);
    if (token.text === "(") depth++;
  }
  return found;
}

function itemConstraints(sql: string, item: readonly Token[], names: readonly string[]): TableConstraint[] {
  const [first] = item;
  if (first === undefined) return [];
  const column = STARTS.has(first.word) ? null : unquoted(first.text);
  const found: TableConstraint[] = [];
  let name: string | null = null;
  let depth = 0;
  const add = (kind: TableConstraint["kind"], columns: readonly string[], text = "") => {
    found.push({ kind, name, columns, text });
    name = null;
  };
  for (let at = column === null ? 0 : 1; at < item.length; at++) {
    const { text, word } = item[at] as Token;
    if (text === "(") depth++;
    else if (text === ")") depth--;
    if (depth > 0) continue;
    const list = () => (column === null ? firstWords(item, at) : [column]);
    if (word === "CONSTRAINT") name = unquoted(item[++at]?.text ?? "");
    else if (word === "PRIMARY") add("primaryKey", list());
    else if (word === "UNIQUE") add("unique", list());
    else if (word === "FOREIGN") add("foreignKey", list());
    else if (word === "REFERENCES" && column !== null) add("foreignKey", [column]);
    else if (word === "CHECK") {
      const inner = inParentheses(item, at);
      const [start, end] = [inner[0], inner.at(-1)];
      const used = names.filter((one) => inner.some((token) => unquoted(token.text).toLowerCase() === one.toLowerCase()));
      add("check", column === null ? used : [column], start && end ? sql.slice(start.at, end.at + end.text.length) : "");
    } else if (OTHERS.has(word)) name = null;
  }
  return found;
}

function inParentheses(item: readonly Token[], from: number): Token[] {
  const open = item.findIndex(({ text }, at) => at > from && text === "(");
  let depth = 0;
  for (let at = open; at >= 0 && at < item.length; at++) {
    const { text } = item[at] as Token;
    if (text === "(") depth++;
    if (text === ")" && --depth === 0) return item.slice(open + 1, at);
  }
  return [];
}

function firstWords(item: readonly Token[], from: number): string[] {
  const open = item.findIndex(({ text }, at) => at > from && text === "(");
  return open < 0 ? [] : groups(item, open).flatMap(([first]) => (first === undefined ? [] : [unquoted(first.text)]));
}

function unquoted(text: string): string {
  const quote = text[0];
  if (quote === "[") return text.slice(1, -1);
  return quote === '"' || quote === "`" || quote === "'" ? text.slice(1, -1).replaceAll(quote + quote, quote) : text;
}
