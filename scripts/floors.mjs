#!/usr/bin/env node
// Checks the house rules of src that no compiler knows: who may import whom (floors.json), no circles, no file that has grown too long.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

/** @typedef {Record<string, number>} Floors a folder or a file of the repository to its floor; `src/*` to that of each folder that is not named */
/** @typedef {{ specifier: string, line: number, target: string | null }} Import */

const MAX_CODE_LINES = 400;

/**
 * Every breach of the rules in `root`/src, as messages that begin with the file's place.
 * @param {string} root
 * @param {Floors} given
 * @returns {string[]}
 */
export function checkFloors(root, given) {
  const files = sourceFiles(root, "src");
  const floors = eachFolder(files, given);
  const graph = new Map(files.map((file) => [file, importsOf(root, file)]));
  return [
    ...files.filter((file) => !unitOf(file, floors)).map((file) => `${file}: stands on no floor; add its folder to floors.json`),
    ...[...graph].flatMap(([file, imports]) => imports.flatMap((entry) => checkImport(root, file, entry, floors) ?? [])),
    ...circles(graph).map((circle) => `${circle[0]}: imports itself in a circle: ${circle.join(" -> ")}`),
    ...files.flatMap((file) => checkLength(root, file) ?? []),
  ];
}

/**
 * The floors with `src/*` written out: the folders of src that are not named.
 * @param {string[]} files
 * @param {Floors} floors
 * @returns {Floors}
 */
function eachFolder(files, { "src/*": any, ...named }) {
  if (any === undefined) return named;
  const folders = files.flatMap((file) => /^src\/[^/]+(?=\/)/.exec(file)?.[0] ?? []);
  const isNamed = (/** @type {string} */ folder) => Object.keys(named).some((unit) => unit === folder || unit.startsWith(`${folder}/`));
  return { ...named, ...Object.fromEntries(folders.filter((folder) => !isNamed(folder)).map((folder) => [folder, any])) };
}

/**
 * The sources below a folder, as paths from the root with forward slashes, sorted.
 * @param {string} root
 * @param {string} folder
 * @returns {string[]}
 */
function sourceFiles(root, folder) {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return sourceFiles(root, path);
      return /\.[cm]?tsx?$/.test(entry.name) ? [path] : [];
    })
    .sort();
}

/**
 * What a file imports: type imports, re-exports, `import()` and `import("…").Type` too.
 * @param {string} root
 * @param {string} file
 * @returns {Import[]}
 */
function importsOf(root, file) {
  const text = readFileSync(join(root, file), "utf8");
  return ts.preProcessFile(text, true, false).importedFiles.map(({ fileName: specifier, pos }) => ({
    specifier,
    line: text.slice(0, pos).split("\n").length,
    target: specifier.startsWith(".") ? posix.join(posix.dirname(file), specifier) : null,
  }));
}

/**
 * The folder (or file) of floors.json that a file belongs to: the longest that holds it.
 * @param {string} file
 * @param {Floors} floors
 * @returns {string | undefined}
 */
function unitOf(file, floors) {
  const holders = Object.keys(floors).filter((unit) => file === unit || file.startsWith(`${unit}/`));
  return holders.sort((a, b) => b.length - a.length)[0];
}

/**
 * @param {string} root
 * @param {string} file
 * @param {Import} entry
 * @param {Floors} floors
 * @returns {string | null}
 */
function checkImport(root, file, { specifier, line, target }, floors) {
  const place = `${file}:${line}: imports "${specifier}"`;
  if (target === null) {
    const self = specifier === "ectype" || specifier.startsWith("ectype/");
    return self ? `${place}, the package itself; import the file by its relative path` : null;
  }
  if (!specifier.endsWith(".ts")) return `${place}; a relative import ends in .ts`;
  if (!existsSync(join(root, target))) return `${place}, but there is no ${target}`;
  const from = unitOf(file, floors);
  const to = unitOf(target, floors);
  if (!from || from === to) return null;
  if (!to) return target.startsWith("src/") ? null : `${place}, which is outside src`;
  const [own = 0, other = 0] = [floors[from], floors[to]];
  if (other >= own)
    return `${place}, but ${from} is on floor ${own} and ${to} on floor ${other}; a file imports its own folder and lower floors only`;
  const inside = (/** @type {string} */ unit, /** @type {string} */ house) => unit === house || unit.startsWith(`${house}/`);
  const house = Object.keys(floors).find((unit) => to !== unit && inside(to, unit) && !inside(from, unit));
  if (house) return `${place}, a room of ${house}; import ${house} through its index.ts`;
  if (target !== to && target !== `${to}/index.ts`) return `${place}; import ${to} through its index.ts`;
  return null;
}

/**
 * The circles that a walk through the imports meets, each as the files on the way from the first back to itself.
 * @param {Map<string, Import[]>} graph
 * @returns {string[][]}
 */
function circles(graph) {
  /** @type {string[][]} */
  const found = [];
  /** @type {Map<string, "open" | "done">} */
  const state = new Map();
  /** @type {string[]} */
  const path = [];
  const visit = (/** @type {string} */ file) => {
    state.set(file, "open");
    path.push(file);
    for (const { target } of graph.get(file) ?? []) {
      if (target === null || !graph.has(target)) continue;
      if (state.get(target) === "open") found.push([...path.slice(path.indexOf(target)), target]);
      else if (!state.has(target)) visit(target);
    }
    path.pop();
    state.set(file, "done");
  };
  for (const file of graph.keys()) if (!state.has(file)) visit(file);
  return found;
}

/**
 * @param {string} root
 * @param {string} file
 * @returns {string | null}
 */
function checkLength(root, file) {
  const lines = codeLines(readFileSync(join(root, file), "utf8"));
  return lines > MAX_CODE_LINES
    ? `${file}: has ${lines} lines of code, and ${MAX_CODE_LINES} is the limit; give part of its job to another file`
    : null;
}

/**
 * How many lines hold code: blank lines and lines of nothing but comment don't count.
 * @param {string} text
 * @returns {number}
 */
export function codeLines(text) {
  const source = ts.createSourceFile("file.ts", text, ts.ScriptTarget.Latest, true);
  /** @type {Set<number>} */
  const lines = new Set();
  const visit = (/** @type {ts.Node} */ node) => {
    if (ts.isJSDoc(node) || node.kind === ts.SyntaxKind.EndOfFileToken) return;
    const children = node.getChildren(source);
    for (const child of children) visit(child);
    if (children.length > 0 || node.getWidth(source) === 0) return;
    const first = source.getLineAndCharacterOfPosition(node.getStart(source)).line;
    const last = source.getLineAndCharacterOfPosition(node.getEnd()).line;
    for (let line = first; line <= last; line++) lines.add(line);
  };
  visit(source);
  return lines.size;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = join(dirname(fileURLToPath(import.meta.url)), "..");
  const problems = checkFloors(root, JSON.parse(readFileSync(join(root, "floors.json"), "utf8")));
  for (const problem of problems) console.error(problem);
  console.log(problems.length === 0 ? "floors: all is in order" : `floors: ${problems.length} problem${problems.length === 1 ? "" : "s"}`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
