import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const file = `${root}test/types/definitions-of-names.ts`;
// A name between « and » is one that an editor is asked about.
const marked = `
import { assoc, belongsTo, embedsOne, embeddedSchema, field, from, hasMany, isLoaded, type Repo, schema, toJSON } from "../../src/index.ts";
declare const repo: Repo;
class Hut extends schema("huts", {
  name: field.string(),
  visits: () => hasMany(Visit),
  place: embedsOne(() => Place),
}) {}
class Place extends embeddedSchema({ town: () => belongsTo(Hut) }) {}
class Visit extends schema("visits", { note: field.string(), hut: () => belongsTo(Hut), guests: () => hasMany(Guest) }) {}
class Guest extends schema("guests", { visit: () => belongsTo(Visit) }) {}
declare const hut: Hut;
from(Hut).preload({ «visits»: true });
from(Hut).preload({ «visits»: { «guests»: { «visit»: { «hut»: "visits" } } } });
from(Hut).preload({ «place»: { «town»: true } });
from(Hut).preload({ «visits»: from(Visit).preload({ «guests»: true }) });
from(Hut).join("visits").preload({ «visits»: ["visits", { «guests»: true }] });
repo.preload(hut, { «visits»: { «guests»: true } });
repo.preload([hut], { «visits»: { «guests»: true } });
repo.preload(hut, { «visits» });
from(Hut).select((h) => [h]).preload({ «visits»: true });
export const loaded = (await repo.all(from(Hut).preload({ «visits»: true })))[0]?.«visits»[0]?.«note»;
export const joined = from(Hut).join("visits").where((h, { «visits» }) => visits.«note».eq(h.«name»));
export const later = from(Hut).leftJoin("visits").select((_, joins) => joins.«visits».«note»);
declare const visits: true;
`;

/** The text without its marks, and the places of the marked names. */
function unmarked(text: string) {
  const places: { at: number; name: string }[] = [];
  let plain = "";
  for (const part of text.split(/(«\w+»)/)) {
    const name = /^«(\w+)»$/.exec(part)?.[1];
    if (name !== undefined) places.push({ at: plain.length, name });
    plain += name ?? part;
  }
  return { plain, places };
}

test("an editor finds the declaration of an association where a preload or a callback names it", () => {
  const { plain, places } = unmarked(marked);
  const { config } = ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const read = (name: string) => (name === file ? plain : ts.sys.readFile(name));
  const service = ts.createLanguageService({
    getScriptFileNames: () => [file],
    getScriptVersion: () => "1",
    getScriptSnapshot: (name) => {
      const text = read(name);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => root,
    getCompilationSettings: () => ({ ...options, noEmit: true }),
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: (name) => read(name) !== undefined,
    readFile: read,
  });
  const found = places.map(({ at, name }) => {
    const declared = service.getDefinitionAtPosition(file, at)?.map(({ textSpan }) => plain.slice(textSpan.start).split(/[,\n]/)[0]);
    return { line: plain.slice(0, at).split("\n").length, name, declared };
  });
  expect(
    found.filter(({ name, declared }) => !declared?.some((text) => new RegExp(`^${name}: (\\(\\) =>|field|embedsOne)`).test(text ?? ""))),
  ).toEqual([]);
}, 60_000);
