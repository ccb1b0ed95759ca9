import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { adapterCases } from "ectype/testing/cases";
import { expect, test } from "vitest";

const page = readFileSync(fileURLToPath(new URL("../../docs/adapters.md", import.meta.url)), "utf8");
const cases = [...adapterCases({ open: () => Promise.reject(new Error("nothing is run")) })];

test("the page lists every feature of the cases, and no other", () => {
  const table = page.slice(page.indexOf("| features |"));
  const named = [...table.matchAll(/^\| (`.*?) \| /gm)].flatMap(([, names = ""]) =>
    [...names.matchAll(/`([^`]+)`/g)].map(([, name]) => name),
  );
  expect(named.sort()).toEqual([...new Set(cases.map(({ feature }) => feature))].sort());
});

test("the deviations that it shows are cases", () => {
  const shown = [...page.matchAll(/^ {4}"([^"]+)": "/gm)].map(([, key]) => key);
  expect(shown.length).toBeGreaterThan(0);
  const keys = cases.map(({ feature, name }) => `${feature}: ${name}`);
  expect(shown.filter((key) => !keys.includes(key as string))).toEqual([]);
});
