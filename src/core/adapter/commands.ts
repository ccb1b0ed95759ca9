/** What a statement does to the transaction or to the connection that it runs on. */
export type CommandKind = "begin" | "end" | "savepoint" | "session";
export interface SqlCommand {
  readonly kind: CommandKind;
  /** Its first words, for messages. */
  readonly words: string;
}

const CANDIDATES =
  /\b(?:begin|start|commit|end|rollback|abort|savepoint|release|prepare|set|set_config|reset|discard|listen|unlisten|deallocate)\b/i;

// Comments, texts and names, which hold no commands; words; and the signs that matter.
// A doubled quote in a text is read as the start of another.
const POSTGRES =
  /(?<skip>--[^\n\r]*|[eE]'[^'\\]*(?:(?:\\[\s\S]|'')[^'\\]*)*(?:'|$)|'[^']*(?:'|$)|"[^"]*(?:"|$))|(?<comment>\/\*)|\$(?<tag>(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?)\$|(?<space>[ \t\n\r\f\v\ufeff]+)|(?<word>[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*)|(?<sign>[;()])|[\s\S]/g;
const SQLITE =
  /(?<skip>--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'[^']*(?:'|$)|"[^"]*(?:"|$)|`[^`]*(?:`|$)|\[[^\]]*(?:\]|$))|(?<space>[ \t\n\r\f\v\ufeff]+)|(?<word>[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*)|(?<sign>[;()])|[\s\S]/g;

/**
 * The commands in SQL text, which may hold several statements, that begin or end transactions or change the connection's own state.
 * It reads the text as the database does, comments, quotes and the bodies of functions and triggers included.
 */
export function sqlCommands(sql: string, lexis: "postgres" | "sqlite"): SqlCommand[] {
  if (!CANDIDATES.test(sql)) return [];
  return statements(sql, lexis === "postgres").flatMap((words) => {
    const kind = commandKind(words, lexis === "postgres");
    return kind === null ? [] : [{ kind, words: words.slice(0, TWO_WORDS.includes(words[0] as string) ? 2 : 1).join(" ") }];
  });
}

/** Whether text for SQLite holds more than one statement; what only follows, such as a comment, is none. */
export function hasSeveralStatements(sql: string): boolean {
  return sql.includes(";") && statements(sql, false).length > 1;
}

const TWO_WORDS = ["START", "PREPARE", "SET"];
/** Words that matter are among the first; a whole statement may hold thousands. */
const ENOUGH = 8;

/** The first words of each statement, in capitals; none where it does not begin with a word. */
function statements(sql: string, postgres: boolean): string[][] {
  const found: string[][] = [];
  let words: string[] = [];
  let started = false;
  let parentheses = 0;
  /** Inside the body of a trigger or function: BEGIN and CASE that END has not closed. */
  let blocks = 0;
  let last = "";
  /** How deep the calls of set_config stand whose parentheses are open. */
  const configs: number[] = [];
  const tokens = new RegExp(postgres ? POSTGRES : SQLITE);
  for (let match = tokens.exec(sql); match !== null; match = tokens.exec(sql)) {
    const { skip, comment, tag, word, sign, space } = match.groups as Record<string, string | undefined>;
    if (space !== undefined) continue;
    if (comment !== undefined) tokens.lastIndex = afterComment(sql, tokens.lastIndex);
    else if (skip !== undefined) {
      started ||= !skip.startsWith("--") && !skip.startsWith("/*");
      if (skip === '"set_config"' && postgres) configs.push(parentheses);
    } else if (tag !== undefined) {
      const end = sql.indexOf(`$${tag}$`, tokens.lastIndex);
      tokens.lastIndex = end < 0 ? sql.length : end + tag.length + 2;
      started = true;
    } else if (word !== undefined) {
      const upper = word.toUpperCase();
      if (words.length > 0 || !started) {
        if (words.length < ENOUGH) words.push(upper);
        if (opensBlock(words, upper, last, blocks, postgres)) blocks++;
        else if (upper === "END" && blocks > 0) blocks--;
      }
      // set_config is a function, and may stand anywhere.
      if (upper === "SET_CONFIG" && postgres) configs.push(parentheses);
      started = true;
      last = upper;
    } else if (sign === ";" && parentheses === 0 && blocks === 0) {
      if (started) found.push(words);
      words = [];
      started = false;
    } else {
      if (sign === "(") parentheses++;
      if (sign === ")") {
        parentheses = Math.max(0, parentheses - 1);
        if (configs.at(-1) === parentheses) {
          configs.pop();
          if (!LOCAL.test(sql.slice(0, match.index))) found.push(["SET_CONFIG"]);
        }
      }
      started ||= sign !== ";";
    }
  }
  if (started) found.push(words);
  for (const _unclosed of configs) found.push(["SET_CONFIG"]);
  return found;
}

/** The end of the arguments of a set_config that holds for the transaction alone. */
const LOCAL = /,\s*true\s*$/i;

function opensBlock(words: readonly string[], word: string, last: string, blocks: number, postgres: boolean): boolean {
  if (words[0] !== "CREATE") return false;
  if (blocks > 0) return word === "CASE" || word === "BEGIN";
  if (postgres) return word === "ATOMIC" && last === "BEGIN" && (words.includes("FUNCTION") || words.includes("PROCEDURE"));
  return word === "BEGIN" && words.slice(0, 4).includes("TRIGGER");
}

/** PostgreSQL's comments may hold comments. */
function afterComment(sql: string, from: number): number {
  const marks = /\/\*|\*\//g;
  marks.lastIndex = from;
  let depth = 1;
  for (let mark = marks.exec(sql); mark !== null; mark = marks.exec(sql)) {
    depth += mark[0] === "/*" ? 1 : -1;
    if (depth === 0) return marks.lastIndex;
  }
  return sql.length;
}

function commandKind([first, ...rest]: readonly string[], postgres: boolean): CommandKind | null {
  const second = rest[0];
  switch (first) {
    case "BEGIN":
    case "START":
      return "begin";
    case "COMMIT":
    case "END":
      return second === "PREPARED" ? null : "end";
    case "ROLLBACK":
    case "ABORT": {
      if (second === "PREPARED") return null;
      const to = second === "WORK" || second === "TRANSACTION" ? rest[1] : second;
      return to === "TO" ? "savepoint" : "end";
    }
    case "SAVEPOINT":
    case "RELEASE":
      return "savepoint";
    case "PREPARE":
      if (second === "TRANSACTION") return "end";
      return postgres ? "session" : null;
    case "SET":
      return postgres && second !== "LOCAL" && second !== "TRANSACTION" && second !== "CONSTRAINTS" ? "session" : null;
    case "SET_CONFIG":
    case "RESET":
    case "DISCARD":
    case "LISTEN":
    case "UNLISTEN":
    case "DEALLOCATE":
      return postgres ? "session" : null;
    default:
      return null;
  }
}
