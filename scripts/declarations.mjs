// Leaves in a folder of declarations what the entry points' types are made of: the functions and types that only ectype itself calls are
// nobody's to see, and every compiler and editor would read them.
import { readdirSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { join, sep } from "node:path";
import ts from "typescript";

/**
 * @param {string} folder
 * @param {string[]} entries the declarations of the entry points
 */
export function pruneDeclarations(folder, entries) {
  const program = ts.createProgram(entries, {
    module: ts.ModuleKind.NodeNext,
    // Only ectype's own names matter here.
    noLib: true,
    types: [],
  });
  const kept = reached(program, folder, entries);
  for (const { name, parentPath } of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!name.endsWith(".d.ts")) continue;
    const path = join(parentPath, name);
    const file = program.getSourceFile(path);
    const text = file === undefined ? "" : textOf(file, kept);
    if (text === "") rmSync(path);
    else writeFileSync(path, text);
  }
  removeEmptyFolders(folder);
}

/**
 * The statements that declare something which an entry point leads to, and the names in imports and exports on the way.
 * @param {ts.Program} program
 * @param {string} folder
 * @param {string[]} entries
 */
function reached(program, folder, entries) {
  const checker = program.getTypeChecker();
  const inside = `${folder.split(sep).join("/")}/`;
  /** @type {Set<ts.Node>} */
  const kept = new Set();
  /** @param {ts.Node} node */
  const keep = (node) => void (node.getSourceFile().fileName.startsWith(inside) && kept.add(node));
  /**
   * The symbol's declarations, and those of the names that lead to it.
   * @param {ts.Symbol | undefined} symbol
   * @param {boolean} whole whether a module is used with all that it has
   */
  const use = (symbol, whole) => {
    for (let one = symbol; one !== undefined; ) {
      for (const declaration of one.declarations ?? []) {
        if (!ts.isSourceFile(declaration)) keep(unitOf(declaration));
        else if (whole) declaration.statements.forEach(keep);
      }
      one = one.flags & ts.SymbolFlags.Alias ? checker.getImmediateAliasedSymbol(one) : undefined;
    }
  };
  for (const entry of entries) for (const statement of program.getSourceFile(entry)?.statements ?? []) keep(statement);
  // A set that is walked meets what is added to it on the way.
  for (const unit of kept) {
    /** @param {ts.Node} node */
    const visit = (node) => {
      if (ts.isIdentifier(node)) use(checker.getSymbolAtLocation(node), !isPrefix(node));
      if (ts.isExportDeclaration(node) && node.exportClause === undefined && node.moduleSpecifier !== undefined) {
        use(checker.getSymbolAtLocation(node.moduleSpecifier), true);
      }
      ts.forEachChild(node, visit);
    };
    visit(unit);
  }
  keepStars(program, kept);
  return kept;
}

/** `export * from` stays where something is left of the module. @param {ts.Program} program @param {Set<ts.Node>} kept */
function keepStars(program, kept) {
  const checker = program.getTypeChecker();
  const stars = program
    .getSourceFiles()
    .flatMap((file) => file.statements.filter((one) => ts.isExportDeclaration(one) && one.exportClause === undefined && !kept.has(one)));
  const left = stars.filter((star) => {
    const { moduleSpecifier } = /** @type {ts.ExportDeclaration} */ (star);
    const module = moduleSpecifier && checker.getSymbolAtLocation(moduleSpecifier);
    return (module?.declarations ?? []).some(
      (file) => ts.isSourceFile(file) && file.statements.some((one) => (namesOf(one) ?? [one]).some((name) => kept.has(name))),
    );
  });
  if (left.length === 0) return;
  for (const star of left) kept.add(star);
  keepStars(program, kept);
}

/** Whether a name only leads to another one, as `module` does in `import * as module` and in `module.Name`. @param {ts.Identifier} node */
function isPrefix(node) {
  const { parent } = node;
  return ts.isNamespaceImport(parent) || (ts.isQualifiedName(parent) && parent.left === node);
}

/** What is kept or dropped as a whole: a name in an import or export, else a statement. @param {ts.Node} node @returns {ts.Node} */
function unitOf(node) {
  for (let one = node; ; one = one.parent) {
    if (ts.isImportSpecifier(one) || ts.isExportSpecifier(one) || ts.isSourceFile(one.parent)) return one;
  }
}

/**
 * The text of what is kept of a file; nothing of it is empty text.
 * @param {ts.SourceFile} file
 * @param {Set<ts.Node>} kept
 */
function textOf(file, kept) {
  let text = "";
  let closed = "";
  for (const statement of file.statements) {
    const names = namesOf(statement);
    // `export {}`, without which whatever a file declares is exported.
    if (names?.length === 0) closed = statement.getFullText(file);
    const some = names?.filter((name) => kept.has(name)) ?? [];
    if (names === null ? !kept.has(statement) : some.length === 0) continue;
    const whole = statement.getFullText(file);
    if (names === null || some.length === names.length) {
      text += whole;
      continue;
    }
    const [first, last] = [/** @type {ts.Node} */ (names[0]), /** @type {ts.Node} */ (names.at(-1))];
    const at = statement.getFullStart();
    text += `${whole.slice(0, first.getStart(file) - at)}${some.map((name) => name.getText(file)).join(", ")}${whole.slice(last.getEnd() - at)}`;
  }
  return text === "" ? "" : `${(text + closed).trim()}\n`;
}

/** The names of an import or export that lists them. @param {ts.Statement} statement @returns {readonly ts.Node[] | null} */
function namesOf(statement) {
  if (ts.isExportDeclaration(statement)) {
    return statement.exportClause !== undefined && ts.isNamedExports(statement.exportClause) ? statement.exportClause.elements : null;
  }
  if (!ts.isImportDeclaration(statement)) return null;
  const bindings = statement.importClause?.namedBindings;
  return bindings !== undefined && ts.isNamedImports(bindings) && statement.importClause?.name === undefined ? bindings.elements : null;
}

/** @param {string} folder */
function removeEmptyFolders(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const path = join(folder, entry.name);
    removeEmptyFolders(path);
    if (readdirSync(path).length === 0) rmdirSync(path);
  }
}
