import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { parseAttribute } from "../../../src/cli/attributes.ts";
import { complete } from "../../../src/cli/console/complete.ts";
import { fixedPart, glob } from "../../../src/cli/glob.ts";
import { dependencySpec } from "../../../src/cli/package.ts";
import { textTable } from "../../../src/cli/table.ts";
import { freshFolder } from "../../support/databases.ts";

function write(root: string, files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

describe("tables", () => {
  test("columns are as wide as what they hold, and numbers stand to the right", () => {
    expect(
      textTable(
        ["id", "title"],
        [
          [1, "Ready Player One"],
          [20n, null],
        ],
      ),
    ).toEqual([" id | title", "----+------------------", "  1 | Ready Player One", " 20 | null"]);
  });

  test("wide characters take two columns, and control characters cannot reach the terminal", () => {
    expect(
      textTable(
        ["a", "b"],
        [
          ["映画", 1],
          ["e\u001b[31m\n\u009b", 2],
        ],
      ),
    ).toEqual([" a               | b", "-----------------+---", " 映画            | 1", " e\\x1b[31m\\n\\x9b | 2"]);
  });

  test("a table without rows has its head", () => {
    expect(textTable(["a"], [])).toEqual([" a", "---"]);
  });
});

describe("patterns of paths", () => {
  test("stars, folders and choices are found, sorted, without node_modules", () => {
    const root = freshFolder();
    write(root, { "src/b.ts": "", "src/a.ts": "", "src/a.js": "", "src/x.y/c.ts": "", "src/node_modules/d.ts": "", "a+b/e.ts": "" });
    const found = (pattern: string) => glob(root, pattern).map((file) => relative(root, file));
    expect(found("./src/*.ts")).toEqual(["src/a.ts", "src/b.ts"]);
    expect(found("src/**/*.ts")).toEqual(["src/a.ts", "src/b.ts", "src/x.y/c.ts"]);
    expect(found("src/*.{ts,js}")).toEqual(["src/a.js", "src/a.ts", "src/b.ts"]);
    expect(found("src/a.ts")).toEqual(["src/a.ts"]);
    expect(found("a+b/?.ts")).toEqual(["a+b/e.ts"]);
    expect(found("nowhere/*.ts")).toEqual([]);
  });

  test("the part before the first wildcard is the folder", () => {
    expect(fixedPart("./src/schemas/*.ts")).toBe("./src/schemas");
    expect(fixedPart("src/movie.ts")).toBe("src");
    expect(fixedPart("*.ts")).toBe(".");
  });
});

describe("fields of gen schema", () => {
  test("a field has its code in the schema and its type in the migration", () => {
    expect(parseAttribute("title")).toMatchObject({
      field: "title",
      code: "field.string()",
      column: "title",
      type: '"string"',
      unique: false,
    });
    expect(parseAttribute("released_at:utcDatetime:unique")).toMatchObject({
      field: "releasedAt",
      code: "field.utcDatetime()",
      column: "released_at",
      type: '"utcDatetime"',
      unique: true,
    });
    expect(parseAttribute("password:string:redact").code).toBe("field.string({ redact: true })");
    expect(parseAttribute("genre:enum:drama:comedy:redact").code).toBe('field.enum(["drama", "comedy"], { redact: true })');
    expect(parseAttribute("tags:array:string")).toMatchObject({ code: "field.array(field.string())", type: '{ array: "string" }' });
  });

  test("a reference is an association with its foreign key", () => {
    for (const text of ["movie:references:movies", "movie_id:references:movies", "movieId:references:movies"]) {
      expect(parseAttribute(text)).toMatchObject({
        kind: "reference",
        association: "movie",
        table: "movies",
        field: "movieId",
        column: "movie_id",
        type: 'references("movies")',
      });
    }
  });

  test.each([
    ["title:strng", 'Did you mean "string"?'],
    ["title:string:size", 'unknown option, "size"'],
    ["1:string", "is not a field"],
    ["genre:enum", "needs its values"],
    ["movie:references", "needs a table"],
  ])("%s is refused", (text, message) => {
    expect(() => parseAttribute(text)).toThrow(message);
  });
});

describe("the dependency of a new project on this package", () => {
  test("a package outside node_modules is named by its folder", () => {
    const root = freshFolder();
    expect(dependencySpec(root)).toBe(`file:${root}`);
  });

  test("an installed one is named as its project names it, with an absolute path", () => {
    const root = freshFolder();
    write(root, { "app/package.json": JSON.stringify({ devDependencies: { ectype: "file:../ectype-1.0.0.tgz" } }) });
    expect(dependencySpec(join(root, "app/node_modules/ectype"))).toBe(`file:${join(root, "ectype-1.0.0.tgz")}`);
    expect(dependencySpec(join(root, "app/node_modules/.pnpm/ectype@x/node_modules/ectype"))).toBe(
      `file:${join(root, "ectype-1.0.0.tgz")}`,
    );
    write(root, { "app/package.json": JSON.stringify({ dependencies: { ectype: "^1.2.0" } }) });
    expect(dependencySpec(join(root, "app/node_modules/ectype"))).toBe("^1.2.0");
  });

  test("one that no package.json names is found in the lock, or named by its folder", () => {
    const root = freshFolder();
    const lock = { packages: { "node_modules/ectype": { resolved: "file:../x.tgz" } } };
    write(root, { "app/package.json": "{}", "app/node_modules/.package-lock.json": JSON.stringify(lock), "lib/y": "" });
    expect(dependencySpec(join(root, "app/node_modules/ectype"))).toBe(`file:${join(root, "x.tgz")}`);
    expect(dependencySpec(join(root, "lib/node_modules/ectype"))).toBe(`file:${join(root, "lib/node_modules/ectype")}`);
  });
});

describe("completion in the console", () => {
  test("globals and properties are offered, and nothing where reading throws", () => {
    Object.assign(globalThis, {
      consoleMovie: {
        title: "x",
        get broken(): never {
          throw new Error("no");
        },
      },
    });
    expect(complete("await consoleMov")).toEqual([["consoleMovie"], "consoleMov"]);
    expect(complete("f(consoleMovie.ti")[0]).toEqual(["consoleMovie.title"]);
    expect(complete("consoleMovie.broken.x")[0]).toEqual([]);
    expect(complete("nothing.here.x")[0]).toEqual([]);
  });
});
