import { resolve } from "node:path";
import type { CliRepo, Project } from "../load.ts";
import { IMPORT } from "./compile.ts";

/**
 * Makes ectype's exports, the schemas and the repos globals of this process, the console's scope: one realm for everything, so
 * that an array made in the console is an array to the library.
 * @returns the names of the schemas
 */
export async function fillScope(project: Project, repos: Readonly<Record<string, CliRepo>>, chosen: CliRepo): Promise<string[]> {
  define(await import("../../index.ts"));
  const schemas: string[] = [];
  for (const module of await project.loadSchemas()) schemas.push(...define(module));
  define({ ...repos, repo: chosen });
  define({ [IMPORT]: (name: string) => importFrom(project, name) });
  return schemas;
}

function define(values: object): string[] {
  const names = Reflect.ownKeys(values).filter((key) => key !== "default" && key !== "__esModule" && key !== Symbol.toStringTag);
  for (const name of names) {
    const value = (values as Record<PropertyKey, unknown>)[name];
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
  }
  return names.filter((name) => typeof name === "string");
}

/** Paths count from the project's folder. */
async function importFrom(project: Project, name: string): Promise<unknown> {
  return project.import(/^\.{0,2}\//.test(name) ? resolve(project.root, name) : name);
}
