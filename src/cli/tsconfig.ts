import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** The part of a tsconfig.json that is used. */
export interface CompilerOptions {
  readonly module?: string;
  readonly moduleResolution?: string;
  readonly allowImportingTsExtensions?: boolean;
  readonly rewriteRelativeImportExtensions?: boolean;
  readonly verbatimModuleSyntax?: boolean;
}

/** The compiler's options of a project, with those that it extends; null where there is no tsconfig.json. */
export function compilerOptions(root: string): CompilerOptions | null {
  const path = join(root, "tsconfig.json");
  return existsSync(path) ? read(path, 0) : null;
}

function read(path: string, depth: number): CompilerOptions {
  if (depth > 10 || !existsSync(path)) return {};
  let config: { extends?: string | readonly string[]; compilerOptions?: CompilerOptions };
  try {
    config = JSON.parse(plainJson(readFileSync(path, "utf8"))) as typeof config;
  } catch {
    // A tsconfig.json that cannot be read is left to the compiler, which says what is wrong.
    return {};
  }
  const bases = [config.extends ?? []].flat().map((base) => {
    const file = base.startsWith(".") ? resolve(dirname(path), base) : join(dirname(path), "node_modules", base);
    return read(
      [file, `${file}.json`, join(file, "tsconfig.json")].find((one) => one.endsWith(".json") && existsSync(one)) ?? file,
      depth + 1,
    );
  });
  return Object.assign({}, ...bases, config.compilerOptions) as CompilerOptions;
}

/** JSON without comments and commas at the end. */
function plainJson(text: string): string {
  return text
    .replace(/("(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (_, quoted: string | undefined) => quoted ?? "")
    .replace(/("(?:[^"\\]|\\.)*")|,(\s*[}\]])/g, (_, quoted: string | undefined, end: string | undefined) => quoted ?? end ?? "");
}

/** How the import of a file with that ending is written, so that the project's compiler takes it. */
export function importEnding(root: string, extension: string): string {
  const options = compilerOptions(root);
  if (options === null || !/ts$/.test(extension) || options.allowImportingTsExtensions || options.rewriteRelativeImportExtensions)
    return extension;
  return isBundled(options) ? "" : extension.replace("ts", "js");
}

/** Whether a bundler resolves the imports, which then have no ending. */
export function isBundled({ module = "", moduleResolution = "" }: CompilerOptions): boolean {
  if (moduleResolution !== "") return moduleResolution.toLowerCase() === "bundler";
  return /^preserve$/i.test(module);
}

/** Whether the compiler resolves packages as old Node did, which knows nothing of their entry points. */
export function isOldResolution({ module = "", moduleResolution = "" }: CompilerOptions): boolean {
  if (moduleResolution !== "") return /^(node|node10|classic)$/i.test(moduleResolution);
  return /^(commonjs|amd|umd|system|none|es\d+|esnext)$/i.test(module);
}
