import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { ArgumentError } from "../../../../src/core/base/index.ts";
import { cast, change, setErrorTranslator, toStandardSchema } from "../../../../src/core/changeset/index.ts";
import { Distributor, Movie } from "./schemas.ts";

describe("toStandardSchema", () => {
  const schema = toStandardSchema((params) => Movie.changeset(Movie.build(), params).castAssoc("actors"));

  test("gives the data with its changes, or issues with their paths", () => {
    expect(schema["~standard"]).toMatchObject({ version: 1, vendor: "ectype" });
    expect(schema["~standard"].validate({ title: "Bright", actors: [{ name: "x" }] })).toMatchObject({
      value: { title: "Bright", actors: [{ name: "x" }] },
    });
    expect(schema["~standard"].validate({ actors: [{ name: "x" }, {}] })).toEqual({
      issues: [
        { message: "can't be blank", path: ["title"] },
        { message: "can't be blank", path: ["actors", 1, "name"] },
      ],
    });
    expect(schema["~standard"].validate(new URLSearchParams("title=Bright"))).toMatchObject({ value: { title: "Bright" } });
  });

  test("takes anything for input, and throws only where it is used wrongly", () => {
    for (const value of [null, undefined, 1, "x", [], new Date()])
      expect(schema["~standard"].validate(value)).toEqual({ issues: [{ message: "is invalid", path: [] }] });
    expect(() => toStandardSchema(1 as never)).toThrow(ArgumentError);
    expect(() => toStandardSchema(Distributor)).toThrow(/no static function changeset/);
    expect(() => toStandardSchema((() => 1) as never)["~standard"].validate({})).toThrow(ArgumentError);
  });

  test("takes a schema with its own changeset, and uses the application's messages", () => {
    setErrorTranslator((error) => `!${error.message}`);
    expect(toStandardSchema(Movie)["~standard"].validate({})).toEqual({ issues: [{ message: "!can't be blank", path: ["title"] }] });
    setErrorTranslator(null);
    expect(toStandardSchema(Movie)["~standard"].validate({ title: "x" })).toMatchObject({ value: { title: "x" } });
  });

  test("a changeset that is invalid without a word has an issue all the same", () => {
    expect(toStandardSchema(() => cast(Movie.build(), "invalid", []))["~standard"].validate({})).toEqual({
      issues: [{ message: "is invalid", path: [] }],
    });
  });
});

describe("validateWith", () => {
  test("takes schemas of Zod and Valibot", () => {
    const cs = change(Movie.build(), { title: "x" });
    expect(cs.validateWith("title", z.string().min(1)).valid).toBe(true);
    expect(cs.validateWith("title", z.email()).errors).toMatchObject([{ field: "title", validation: "schema", vendor: "zod" }]);
    expect(cs.validateWith("title", v.pipe(v.string(), v.minLength(1))).valid).toBe(true);
    expect(cs.validateWith("title", v.pipe(v.string(), v.email("is no address"))).errors).toEqual([
      { field: "title", message: "is no address", validation: "schema", vendor: "valibot" },
    ]);
    expect(cs.validateWith("title", z.email(), { message: "is odd" }).errors[0]?.message).toBe("is odd");
  });

  test("tells where in a value an issue is, and leaves unchanged values alone", () => {
    const cs = change(Movie.build(), { data: { a: { b: 1 } } });
    expect(cs.validateWith("data", z.object({ a: z.object({ b: z.string() }) })).errors[0]?.path).toEqual(["a", "b"]);
    expect(cs.validateWith("data", v.object({ a: v.object({ b: v.string() }) })).errors[0]?.path).toEqual(["a", "b"]);
    expect(change(Movie.build({ title: "x" })).validateWith("title", z.email()).valid).toBe(true);
  });

  test("a schema that answers later needs validateWithAsync", async () => {
    const later = v.pipeAsync(
      v.string(),
      v.checkAsync(() => Promise.resolve(false), "is taken"),
    );
    const cs = change(Movie.build(), { title: "x" });
    expect(() => cs.validateWith("title", later)).toThrow(/validateWithAsync/);
    expect((await cs.validateWithAsync("title", later)).errors[0]?.message).toBe("is taken");
    expect(() => cs.validateWith("title", {} as never)).toThrow(ArgumentError);
    expect(() => cs.validateWith("nope" as never, z.string())).toThrow(ArgumentError);
  });
});
