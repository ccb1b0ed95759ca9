import { parse } from "acorn";
import { withoutTypes } from "./types.ts";
import type { Expression, ImportDeclaration, ModuleDeclaration, Program, Statement, VariableDeclaration } from "acorn";

/** A piece of input, as a script that may await at its top level. */
export interface CompiledLine {
  readonly code: string;
  /** Whether its last statement has a value that is to be shown. */
  readonly hasValue: boolean;
}

/** Where the script finds the function that imports modules. */
export const IMPORT: unique symbol = Symbol.for("ectype.console.import") as never;
const IMPORTER = 'globalThis[Symbol.for("ectype.console.import")]';

/**
 * Turns input into a script: promises are awaited wherever a statement has a value, declarations become globals that may be
 * declared again, imports work.
 * @returns null where the input is not complete yet
 * @throws SyntaxError
 */
export function compile(given: string): CompiledLine | null {
  try {
    return compileScript(given);
  } catch (error) {
    // It may be TypeScript: what is wrong as both is told as JavaScript has it.
    const plain = withoutTypes(given);
    if (plain === null || plain.code === given) throw error;
    return plain.complete ? compileScript(plain.code) : null;
  }
}

function compileScript(given: string): CompiledLine | null {
  const [text, first] = asObject(given) ?? [given, parseInput(given)];
  if (first === null) return null;
  const input = redirectImports(text, first);
  const program = input === text ? first : parseProgram(input);
  const source = (node: { start: number; end: number }) => input.slice(node.start, node.end);
  const last = program.body.at(-1);
  const statements = program.body.map((node) => rewrite(node, source, node === last));
  return {
    code: `(async () => {\n${statements.join("\n")}\n})()`,
    hasValue: last?.type === "ExpressionStatement" || last?.type === "VariableDeclaration",
  };
}

/** `{ a: 1 }` at a prompt is an object, not a block with a label; so is its beginning. Null for all else. */
function asObject(given: string): [text: string, program: Program | null] | null {
  if (!/^\s*\{/.test(given) || /;\s*$/.test(given)) return null;
  const open = `(${given.trimEnd()}`;
  try {
    return [`${open}\n)`, parseProgram(`${open}\n)`)];
  } catch (error) {
    return (error as { pos?: number }).pos === open.length + 1 && !isProgram(given) ? [given, null] : null;
  }
}

function isProgram(given: string): boolean {
  try {
    return parseInput(given) !== null;
  } catch {
    return false;
  }
}

function parseProgram(input: string): Program {
  return parse(input, { ecmaVersion: "latest", sourceType: "module", allowAwaitOutsideFunction: true });
}

function parseInput(input: string): Program | null {
  try {
    return parseProgram(input);
  } catch (error) {
    const { pos, message } = error as { pos?: number; message: string };
    if (pos === undefined) throw error;
    // At the end of the input, or in something that may go over lines, more input may mend it.
    if (pos >= input.trimEnd().length || /^Unterminated (template|comment)/.test(message)) return null;
    throw error;
  }
}

/** `import("…")` goes to the same function as import statements: it knows TypeScript, and paths from the project's folder. */
function redirectImports(input: string, program: Program): string {
  const starts: number[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    const { type, start } = node as { type?: string; start?: number };
    if (type === "ImportExpression" && start !== undefined) starts.push(start);
    for (const child of Object.values(node)) visit(child);
  };
  visit(program);
  starts.sort((a, b) => b - a);
  return starts.reduce((text, start) => text.slice(0, start) + IMPORTER + text.slice(start + "import".length), input);
}

type Source = (node: { start: number; end: number }) => string;

function rewrite(node: Statement | ModuleDeclaration, source: Source, last: boolean): string {
  const keep = last ? "return " : "";
  switch (node.type) {
    case "ExpressionStatement":
      return `${keep}(${awaited(node.expression, source)});`;
    case "VariableDeclaration":
      return `${keep}(${assignments(node, source)});`;
    case "FunctionDeclaration":
    case "ClassDeclaration":
      return `globalThis.${node.id.name} = ${source(node)};`;
    case "ImportDeclaration":
      return imported(node, source);
    default:
      return source(node);
  }
}

function assignments({ declarations }: VariableDeclaration, source: Source): string {
  return declarations.map(({ id, init }) => `(${source(id)} = ${init ? awaited(init, source) : "undefined"})`).join(", ");
}

/** `movie = repo.get(…)` holds the row, not a promise of it. */
function awaited(node: Expression, source: Source): string {
  if (node.type === "AssignmentExpression" && node.operator === "=") return `(${source(node.left)} = ${awaited(node.right, source)})`;
  return `await (${source(node)})`;
}

function imported({ specifiers, source: from }: ImportDeclaration, source: Source): string {
  const module = `await ${IMPORTER}(${JSON.stringify(from.value)})`;
  const whole = specifiers.find(({ type }) => type === "ImportNamespaceSpecifier");
  const names = specifiers.flatMap((one) => {
    if (one.type === "ImportSpecifier") return `${source(one.imported)}: ${one.local.name}`;
    return one.type === "ImportDefaultSpecifier" ? `default: ${one.local.name}` : [];
  });
  const pattern = `({ ${names.join(", ")} } = ${whole === undefined ? module : whole.local.name});`;
  return `${whole === undefined ? "" : `${whole.local.name} = ${module};\n`}${whole !== undefined && names.length === 0 ? "" : pattern}`;
}
