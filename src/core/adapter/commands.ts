// Which statements in SQL text begin or end transactions, or change what a connection keeps.

/** What a statement does to the transaction or to the connection that it runs on. */
export type CommandKind = "begin" | "end" | "savepoint" | "session";
export interface SqlCommand {
  readonly kind: CommandKind;
  /** Its first words, for messages. */
  readonly words: string;
}

/** Where databases differ in how the text of SQL is read, and in which commands change the state of a connection. */
export interface SqlLexis {
  /** What holds no commands: comments of one line, texts, quoted names. A doubled quote may be read as the start of another. */
  readonly skipped: readonly RegExp[];
  /** A comment may hold comments. */
  readonly nestedComments: boolean;
  /** `$a$ … $a$` is a text. */
  readonly dollarQuotes: boolean;
  /** What is made with a body of statements, up to its END, and the words that begin it. */
  readonly bodies: { readonly of: readonly string[]; readonly begin: string };
  /** The first words of commands that change the connection's own state, each with the second words with which it does not. */
  readonly session: Readonly<Record<string, readonly string[]>>;
  /** Functions that do so from anywhere, by their own names, each with the end of the arguments with which it does not. */
  readonly sessionFunctions: Readonly<Record<string, RegExp>>;
}

const TRANSACTION_WORDS = ["BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE", "PREPARE"];
const TWO_WORDS = ["START", "PREPARE", "SET"];
/** Words that matter are among the first; a whole statement may hold thousands. */
const ENOUGH = 8;

const DOLLAR_QUOTE = /\$(?<tag>(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?)\$/;
const TOKENS = /(?<comment>\/\*)|(?<space>[ \t\n\r\f\v\ufeff]+)|(?<word>[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*)|(?<sign>[;()])|[\s\S]/;

/** Reads SQL text, which may hold several statements, as one database does: comments, quotes and the bodies of functions and triggers included. */
export class SqlReader {
  readonly #lexis: SqlLexis;
  /** Whether it is worth reading a text for commands. */
  readonly #candidates: RegExp;
  /** What is skipped, words, and the signs that matter. */
  readonly #tokens: RegExp;

  constructor(lexis: SqlLexis) {
    this.#lexis = lexis;
    const words = [...TRANSACTION_WORDS, ...Object.keys(lexis.session), ...Object.keys(lexis.sessionFunctions)];
    this.#candidates = new RegExp(`\\b(?:${words.join("|")})\\b`, "i");
    const skipped = lexis.skipped.map(({ source }) => source).join("|");
    const parts = [`(?<skip>${skipped})`, ...(lexis.dollarQuotes ? [DOLLAR_QUOTE.source] : []), TOKENS.source];
    this.#tokens = new RegExp(parts.join("|"), "g");
  }

  /** The commands that begin or end transactions or change the connection's own state. */
  commands(sql: string): SqlCommand[] {
    if (!this.#candidates.test(sql)) return [];
    return this.#statements(sql).flatMap((words) => {
      const kind = this.#kind(words);
      return kind === null ? [] : [{ kind, words: words.slice(0, TWO_WORDS.includes(words[0] as string) ? 2 : 1).join(" ") }];
    });
  }

  /** Whether there is more than one statement; what only follows, such as a comment, is none. */
  hasSeveralStatements(sql: string): boolean {
    return sql.includes(";") && this.#statements(sql).length > 1;
  }

  /** The first words of each statement, in capitals; none where it does not begin with a word. */
  #statements(sql: string): string[][] {
    const functions = this.#lexis.sessionFunctions;
    const found: string[][] = [];
    let words: string[] = [];
    let started = false;
    let parentheses = 0;
    /** Inside the body of a trigger or function: BEGIN and CASE that END has not closed. */
    let blocks = 0;
    let last = "";
    /** The functions of the session whose parentheses are open, and how deep these stand. */
    const calls: { readonly name: string; readonly depth: number }[] = [];
    const call = (name: string) => {
      if (Object.hasOwn(functions, name)) calls.push({ name, depth: parentheses });
    };
    const tokens = this.#tokens;
    tokens.lastIndex = 0;
    for (let match = tokens.exec(sql); match !== null; match = tokens.exec(sql)) {
      const { skip, comment, tag, word, sign, space } = match.groups ?? {};
      if (space !== undefined) continue;
      if (comment !== undefined) tokens.lastIndex = this.#afterComment(sql, tokens.lastIndex);
      else if (skip !== undefined) {
        started ||= !skip.startsWith("--");
        if (skip.startsWith('"')) call(skip.slice(1, -1));
      } else if (tag !== undefined) {
        const end = sql.indexOf(`$${tag}$`, tokens.lastIndex);
        tokens.lastIndex = end < 0 ? sql.length : end + tag.length + 2;
        started = true;
      } else if (word !== undefined) {
        const upper = word.toUpperCase();
        if (words.length > 0 || !started) {
          if (words.length < ENOUGH) words.push(upper);
          if (this.#opensBlock(words, upper, last, blocks)) blocks++;
          else if (upper === "END" && blocks > 0) blocks--;
        }
        call(word.toLowerCase());
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
          const open = calls.at(-1);
          if (open?.depth === parentheses) {
            calls.pop();
            if (!functions[open.name]?.test(sql.slice(0, match.index))) found.push([open.name.toUpperCase()]);
          }
        }
        started ||= sign !== ";";
      }
    }
    if (started) found.push(words);
    for (const { name } of calls) found.push([name.toUpperCase()]);
    return found;
  }

  #opensBlock(words: readonly string[], word: string, last: string, blocks: number): boolean {
    if (words[0] !== "CREATE") return false;
    if (blocks > 0) return word === "CASE" || word === "BEGIN";
    const { of, begin } = this.#lexis.bodies;
    return (begin === word || begin === `${last} ${word}`) && of.some((what) => words.slice(0, 4).includes(what));
  }

  #afterComment(sql: string, from: number): number {
    const marks = this.#lexis.nestedComments ? /\/\*|\*\//g : /\*\//g;
    marks.lastIndex = from;
    let depth = 1;
    for (let mark = marks.exec(sql); mark !== null; mark = marks.exec(sql)) {
      depth += mark[0] === "/*" ? 1 : -1;
      if (depth === 0) return marks.lastIndex;
    }
    return sql.length;
  }

  #kind([first = "", ...rest]: readonly string[]): CommandKind | null {
    const second = rest[0] ?? "";
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
    }
    const { session, sessionFunctions } = this.#lexis;
    if (Object.hasOwn(sessionFunctions, first.toLowerCase())) return "session";
    return Object.hasOwn(session, first) && !session[first]?.includes(second) ? "session" : null;
  }
}
