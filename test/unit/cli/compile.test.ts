import { describe, expect, test } from "vitest";
import { IMPORT, compile } from "../../../src/cli/console/compile.ts";
import { evaluate, failureText } from "../../../src/cli/console/evaluate.ts";

const run = async (input: string): Promise<unknown> => {
  const compiled = compile(input);
  if (compiled === null) throw new Error(`not complete: ${input}`);
  return evaluate(compiled);
};
const scope = globalThis as unknown as Record<PropertyKey, unknown>;

describe("input of the console", () => {
  test("an expression gives its value, and a promise what it holds", async () => {
    expect(await run("1 + 1")).toBe(2);
    expect(await run("Promise.resolve(7)")).toBe(7);
    expect(await run("({ a: 1 })")).toEqual({ a: 1 });
  });

  test("braces are an object where they can be, over lines too, else a block", async () => {
    expect(await run("{ a: 1, b: { c: 2 } }")).toEqual({ a: 1, b: { c: 2 } });
    expect([compile("{ a: 1, b: 2"), compile("{ a: 1,\n b: {"), compile("{\n")]).toEqual([null, null, null]);
    expect(await run("{\n a: 1,\n b: 2\n}\n")).toEqual({ a: 1, b: 2 });
    expect(await run("{ scopeless = 1; scopeless + 1 }")).toBe(undefined);
    expect(await run("{ a: 1 };")).toBe(undefined);
    expect(() => compile("{ a: 1 +* 2 }")).toThrow(SyntaxError);
  });

  test("types are left out, and what is incomplete in TypeScript waits for more", async () => {
    expect(await run("const consoleT: number = 1 as number")).toBe(1);
    expect(compile("function f(a: number) {")).toBe(null);
    expect(compile("type A = {\n  a: string;")).toBe(null);
    expect(await run("interface A { a: 1 }")).toBe(undefined);
    expect(await run("(<T,>(x: T): T => x)(3)!")).toBe(3);
    expect(await run("enum ConsoleE { A = 4 }\nConsoleE.A")).toBe(4);
    expect(() => compile("const x: = 3")).toThrow(SyntaxError);
    expect(() => compile("1 +* 2")).toThrow(SyntaxError);
  });

  test("an assignment without a declaration holds the awaited value", async () => {
    expect(await run("consoleA = Promise.resolve('row')")).toBe("row");
    expect(await run("consoleA")).toBe("row");
    expect(await run("consoleB = consoleC = Promise.resolve(3)")).toBe(3);
    expect(scope.consoleC).toBe(3);
  });

  test("a declaration may be repeated, and shows its value", async () => {
    expect(await run("const consoleD = await Promise.resolve(1)")).toBe(1);
    expect(await run("const consoleD = 2, consoleE = 3;")).toBe(3);
    expect(scope.consoleD).toBe(2);
    await run("let { x: consoleF, ...consoleG } = Promise.resolve({ x: 1, y: 2 }), [consoleH = 5] = []");
    expect([scope.consoleF, scope.consoleG, scope.consoleH]).toEqual([1, { y: 2 }, 5]);
  });

  test("functions and classes become globals", async () => {
    await run("function consoleTwice(x) { return x * 2 }\nclass ConsoleMovie { static title = 'x' }");
    expect(await run("consoleTwice(4) + ConsoleMovie.title")).toBe("8x");
    expect(compile("class A {}")?.hasValue).toBe(false);
  });

  test("a statement may await, and several run in order", async () => {
    await run("consoleList = []; for (const x of await Promise.resolve([1, 2])) consoleList.push(x * 2)");
    expect(scope.consoleList).toEqual([2, 4]);
    expect(await run("const consoleM = Promise.resolve(1); consoleM + 1 // and a comment")).toBe(2);
  });

  test("imports bind what they name", async () => {
    scope[IMPORT] = async (name: string) => ({ default: `the default of ${name}`, a: 1, "b-c": 2 });
    await run(`import consoleI, { a as consoleJ, "b-c" as consoleK } from "x"; import * as consoleL from "y"`);
    expect([scope.consoleI, scope.consoleJ, scope.consoleK]).toEqual(["the default of x", 1, 2]);
    expect(scope.consoleL).toMatchObject({ a: 1 });
    expect(await run(`[(await import("z")).default, (() => import("import(")), "import()"].length`)).toBe(3);
    expect(await run(`(await import("z")).default`)).toBe("the default of z");
  });

  test.each(["from(Movie, {", "`a", "/* a", "[1,", "function f() {", "x = ", "a.b("])("%s is not complete yet", (input) => {
    expect(compile(input)).toBeNull();
    expect(compile(`${input}\n\n`)).toBeNull();
  });

  test.each(["1 +* 2", "'abc", ")", "const x"])("%s is an error at once, or waits for more only at its end", (input) => {
    if (input === "const x") expect(compile(input)).toBeNull();
    else expect(() => compile(input)).toThrow(SyntaxError);
  });

  test("nothing and a comment have no value", () => {
    expect(compile("\n")).toMatchObject({ hasValue: false });
    expect(compile("// only this\n")).toMatchObject({ hasValue: false });
  });
});

test("an error shows its name, its message and the frames of the user's own files", () => {
  const error = new TypeError("no such thing");
  error.stack =
    "TypeError: no such thing\n    at a (/home/me/app/src/x.ts:1:2)\n    at b (node:internal/x:1:1)\n    at c (/home/me/app/node_modules/y/z.js:1:1)";
  expect(failureText(error, "/home/me/app")).toBe("** (TypeError) no such thing\n    at a (/home/me/app/src/x.ts:1:2)");
  expect(failureText("text", "/")).toBe('** (throw) "text"');
});
