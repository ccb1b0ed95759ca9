import { describe, expect, test, vi } from "vitest";
import { ArgumentError, NotLoadedError } from "../../../../src/core/base/index.ts";
import { cast, change, IS_TAKEN, type UniqueQuestion } from "../../../../src/core/changeset/index.ts";
import { Decimal } from "./imports.ts";
import { Actor, Address, Film, Movie, Studio } from "./schemas.ts";
import { loaded, thrown } from "./support.ts";

const bright = () => loaded(Movie.build({ id: 1, title: "Bright", tagline: "x" }));
const messages = (cs: { errors: readonly { message: string }[] }) => cs.errors.map((error) => error.message);

describe("messages of one's own", () => {
  test("are a text, or a text with more metadata", () => {
    expect(change(Movie.build()).validateRequired("title", { message: "is needed" }).errors).toEqual([
      { field: "title", message: "is needed", validation: "required" },
    ]);
    const cs = change(bright(), { title: "ab" }).validateLength("title", { min: 3, message: { message: "at least %{count}", code: 7 } });
    expect(cs.errors).toEqual([
      { field: "title", message: "at least %{count}", code: 7, count: 3, validation: "length", kind: "min", type: "string" },
    ]);
    expect(() => change(Movie.build()).validateRequired("title", { message: 1 as never })).toThrow(ArgumentError);
  });
});

describe("validateRequired", () => {
  test("reads the current value, takes the change away, and notes the field", () => {
    const cs = change(bright(), { title: "", year: 1 } as never).validateRequired(["title", "tagline", "year"]);
    expect(cs.errors).toEqual([{ field: "title", message: "can't be blank", validation: "required" }]);
    expect(cs.changes).toEqual({ year: 1 });
    expect(cs.required).toEqual(["title", "tagline", "year"]);
  });

  test("does not trim, and stays silent where the field has an error already", () => {
    expect(change(bright(), { title: "  " }).validateRequired("title").valid).toBe(true);
    const cs = cast(Movie.build(), { year: "x" }, ["year"]).validateRequired(["year"]);
    expect(messages(cs)).toEqual(["is invalid"]);
  });

  test("an unknown field throws", () => {
    expect(thrown(() => change(bright()).validateRequired("titel" as never)).message).toContain('"title"');
    expect(() => change(bright()).validateRequired(null as never)).toThrow(ArgumentError);
  });
});

test("validateRequired warns of lists, and throws where an association is not loaded", () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  expect(change(Movie.build()).validateRequired("characters").valid).toBe(true);
  expect(warn.mock.calls[0]?.[0]).toContain("castAssoc");
  expect(() => change(bright()).validateRequired("distributor")).toThrow(NotLoadedError);
  expect(messages(change(Movie.build()).validateRequired("distributor"))).toEqual(["can't be blank"]);
});

describe("validateFormat", () => {
  test("wants changed text to match", () => {
    expect(change(bright(), { title: "abc" }).validateFormat("title", /^a/).valid).toBe(true);
    expect(change(bright(), { title: "abc" }).validateFormat("title", /^b/).errors).toEqual([
      { field: "title", message: "has invalid format", validation: "format" },
    ]);
    expect(change(bright(), { title: "abc" }).validateFormat("title", /^b/).validations).toEqual([
      { field: "title", validation: "format", format: /^b/ },
    ]);
  });

  test("a global expression answers the same every time", () => {
    const format = /b/g;
    for (let i = 0; i < 3; i++) expect(change(bright(), { title: "abc" }).validateFormat("title", format).valid).toBe(true);
  });

  test("throws where the value is no text, or the format no expression", () => {
    expect(() => change(bright(), { year: 1 }).validateFormat("year", /1/)).toThrow(ArgumentError);
    expect(() => change(bright()).validateFormat("title", "x" as never)).toThrow(ArgumentError);
  });
});

test("validateInclusion compares by type", () => {
  expect(change(bright(), { rating: new Decimal("1.00") }).validateInclusion("rating", [new Decimal(1)]).valid).toBe(true);
  expect(change(bright(), { year: 3 }).validateInclusion("year", new Set([1, 2])).errors).toEqual([
    { field: "year", message: "is invalid", validation: "inclusion", enum: [1, 2] },
  ]);
  expect(() => change(bright(), { title: "a" }).validateInclusion("title", "abc")).toThrow(ArgumentError);
});

test("validateExclusion", () => {
  expect(change(bright(), { title: "admin" }).validateExclusion("title", ["admin"]).errors).toEqual([
    { field: "title", message: "is reserved", validation: "exclusion", enum: ["admin"] },
  ]);
  expect(change(bright(), { title: "a" }).validateExclusion("title", ["admin"]).valid).toBe(true);
});

test("validateSubset", () => {
  const cs = change(bright(), { tags: ["a", "c"] });
  expect(cs.validateSubset("tags", ["a", "b"]).errors).toEqual([
    { field: "tags", message: "has an invalid entry", validation: "subset", enum: ["a", "b"] },
  ]);
  expect(cs.validateSubset("tags", ["a", "b", "c"]).valid).toBe(true);
  expect(() => change(bright(), { title: "a" }).validateSubset("title", ["a"])).toThrow(ArgumentError);
});

describe("validateLength", () => {
  const title = (value: string, options: Parameters<ReturnType<typeof change<Movie>>["validateLength"]>[1]) =>
    change(bright(), { title: value }).validateLength("title", options).errors[0];

  test("counts graphemes, codepoints or bytes", () => {
    const family = "👨‍👩‍👧‍👦é";
    expect(title(family, { is: 2 })).toBeUndefined();
    expect(title(family, { is: 8, count: "codepoints" })).toBeUndefined();
    expect(title(family, { is: 27, count: "bytes" })).toBeUndefined();
    expect(title("a\r\nb", { is: 3 })).toBeUndefined();
  });

  test("reports the first failing of is, min and max", () => {
    expect(title("ab", { is: 3, min: 4, max: 1 })).toMatchObject({ kind: "is", count: 3 });
    expect(title("ab", { min: 4, max: 1 })).toMatchObject({ kind: "min", count: 4 });
    expect(title("ab", { min: 1, max: 1 })).toMatchObject({ kind: "max", count: 1 });
    expect(title("ab", { min: 2, max: 2 })).toBeUndefined();
    expect(title("a".repeat(1_000_000), { max: 10 })).toMatchObject({ kind: "max" });
    expect(title("é".repeat(1_000_000), { max: 10 })).toMatchObject({ kind: "max" });
  });

  test("measures lists, objects and bytes", () => {
    expect(change(bright(), { tags: ["a"] }).validateLength("tags", { min: 2 }).errors[0]).toMatchObject({ type: "list" });
    expect(change(bright(), { data: { a: 1 } }).validateLength("data", { min: 2 }).errors[0]).toMatchObject({ type: "map" });
    expect(change(bright(), { bytes: new Uint8Array(3) }).validateLength("bytes", { max: 2 }).errors[0]).toMatchObject({ type: "binary" });
    expect(() => change(bright(), { year: 1 }).validateLength("year", { min: 2 })).toThrow(ArgumentError);
  });

  test("throws on options that cannot be meant", () => {
    for (const options of [{ maximum: 1 }, { max: "1" }, { min: -1 }, { max: 1.5 }, { count: "chars" }, null])
      expect(() => change(bright()).validateLength("title", options as never)).toThrow(ArgumentError);
  });
});

test("the texts of validateLength", () => {
  const text = (field: "title" | "tags" | "bytes" | "data", value: unknown, options: object) =>
    messages(change(bright(), { [field]: value } as never).validateLength(field, options))[0];
  expect(text("title", "ab", { is: 3 })).toBe("should be %{count} character(s)");
  expect(text("title", "ab", { min: 3 })).toBe("should be at least %{count} character(s)");
  expect(text("title", "ab", { max: 1 })).toBe("should be at most %{count} character(s)");
  expect(text("title", "ab", { is: 3, count: "bytes" })).toBe("should be %{count} byte(s)");
  expect(text("title", "ab", { min: 3, count: "bytes" })).toBe("should be at least %{count} byte(s)");
  expect(text("bytes", new Uint8Array(2), { max: 1 })).toBe("should be at most %{count} byte(s)");
  expect(text("tags", ["a"], { is: 3 })).toBe("should have %{count} item(s)");
  expect(text("tags", ["a"], { min: 3 })).toBe("should have at least %{count} item(s)");
  expect(text("data", { a: 1, b: 2 }, { max: 1 })).toBe("should have at most %{count} item(s)");
  expect(change(bright(), { title: "ab" }).validateLength("title", { min: 3 }).traverseErrors().title).toEqual([
    "should be at least 3 character(s)",
  ]);
});

test("validateLength on relations leaves out entries that are replaced or deleted", () => {
  const films = [1, 2, 3].map((id) => loaded(Film.build({ id })));
  const studio = loaded(Studio.build({ id: 1, deleting: films }));
  const cs = change(studio).putAssoc("deleting" as never, films.slice(0, 1) as never);
  expect(cs.changes.deleting).toHaveLength(3);
  expect(cs.validateLength("deleting", { is: 1 }).valid).toBe(true);
});

describe("validateNumber", () => {
  const year = (options: object, value: unknown = 5) =>
    change(bright(), { year: value } as never).validateNumber("year", options as never).errors[0];

  test("compares in all six ways", () => {
    expect(year({ lessThan: 5 })).toEqual({
      field: "year",
      message: "must be less than %{number}",
      validation: "number",
      kind: "lessThan",
      number: 5,
    });
    expect(year({ greaterThan: 5 })?.message).toBe("must be greater than %{number}");
    expect(year({ lessThanOrEqualTo: 4 })?.message).toBe("must be less than or equal to %{number}");
    expect(year({ greaterThanOrEqualTo: 6 })?.message).toBe("must be greater than or equal to %{number}");
    expect(year({ equalTo: 6 })?.message).toBe("must be equal to %{number}");
    expect(year({ notEqualTo: 5 })?.message).toBe("must be not equal to %{number}");
    expect(year({ lessThan: 6, greaterThan: 4, lessThanOrEqualTo: 5, greaterThanOrEqualTo: 5, equalTo: 5, notEqualTo: 6 })).toBeUndefined();
  });

  test("reports the first failure only", () => {
    expect(change(bright(), { year: 5 }).validateNumber("year", { lessThan: 1, greaterThan: 9 }).errors).toHaveLength(1);
  });

  test("compares Decimals and bigints exactly", () => {
    expect(year({ equalTo: new Decimal("0.30") }, new Decimal("0.3"))).toBeUndefined();
    expect(year({ lessThan: new Decimal("0.3000000000000000000000000000001") }, new Decimal("0.3"))).toBeUndefined();
    expect(year({ greaterThan: 9007199254740992 }, 9007199254740993n)).toBeUndefined();
    expect(year({ lessThan: new Decimal("9007199254740993") }, 9007199254740993n)).toBeDefined();
  });
});

test("validateNumber throws on misuse", () => {
  expect(() => change(bright()).validateNumber("year", { moreThan: 1 } as never)).toThrow(/greaterThan/);
  expect(() => change(bright(), { title: "x" }).validateNumber("title", { lessThan: 1 })).toThrow(ArgumentError);
  expect(() => change(bright()).validateNumber("year", { lessThan: "1" as never })).toThrow(ArgumentError);
  expect(() => change(bright()).validateNumber("year", { lessThan: Number.NaN })).toThrow(ArgumentError);
});

describe("validateConfirmation", () => {
  const validate = (params: object, options = {}) => cast(Movie.build(), params as never, ["title"]).validateConfirmation("title", options);

  test("compares two params", () => {
    expect(validate({ title: "a", titleConfirmation: "a" }).valid).toBe(true);
    expect(validate({ title: "a", titleConfirmation: "b" }).errors).toEqual([
      { field: "titleConfirmation", message: "does not match confirmation", validation: "confirmation" },
    ]);
    expect(validate({ titleConfirmation: "b" }).valid).toBe(false);
  });

  test("a missing confirmation is an error only where required, and without params nothing is", () => {
    expect(validate({ title: "a" }).valid).toBe(true);
    expect(validate({ title: "a" }, { required: true }).errors).toEqual([
      { field: "titleConfirmation", message: "can't be blank", validation: "required" },
    ]);
    expect(change(bright()).validateConfirmation("title", { required: true }).valid).toBe(true);
  });
});

test("validateAcceptance wants a param that casts to true", () => {
  const validate = (params: object) => cast(Movie.build(), params as never, []).validateAcceptance("terms");
  for (const terms of [true, "true", "1"]) expect(validate({ terms }).valid).toBe(true);
  for (const terms of [false, "false", "0", null, "yes"])
    expect(validate({ terms }).errors).toEqual([{ field: "terms", message: "must be accepted", validation: "acceptance" }]);
  expect(validate({}).valid).toBe(false);
  expect(change(bright()).validateAcceptance("terms").valid).toBe(true);
});

describe("validateChange", () => {
  test("runs on a changed value that is not null", () => {
    const check = vi.fn((_field: string, title: string) =>
      title === "foo" ? ["cannot be foo", { message: "nor %{bar}", bar: "bar" }] : [],
    );
    expect(change(bright()).validateChange("title", check).valid).toBe(true);
    expect(check).not.toHaveBeenCalled();
    expect(change(bright(), { title: "foo" }).validateChange("title", check).errors).toEqual([
      { field: "title", message: "cannot be foo" },
      { field: "title", message: "nor %{bar}", bar: "bar" },
    ]);
    expect(change(bright(), { tagline: null }).validateChange("tagline", () => ["never"]).valid).toBe(true);
  });

  test("keeps metadata, and may put errors elsewhere", () => {
    const cs = change(bright(), { title: "x" }).validateChange("title", { validation: "odd", by: 2 }, () => [
      { field: "base", message: "is odd" },
    ]);
    expect(cs.validations).toEqual([{ field: "title", validation: "odd", by: 2 }]);
    expect(cs.errors).toEqual([{ field: "base", message: "is odd" }]);
    expect(change(bright()).validateChange("title", "odd", () => []).validations).toEqual([{ field: "title", validation: "odd" }]);
  });

  test("throws on an unknown field and on answers of another shape", () => {
    expect(() => change(bright()).validateChange("nope" as never, () => [])).toThrow(ArgumentError);
    expect(() => change(bright(), { title: "x" }).validateChange("title", () => "odd" as never)).toThrow(ArgumentError);
    expect(() => change(bright(), { title: "x" }).validateChange("title", () => [{ text: "odd" }] as never)).toThrow(ArgumentError);
    expect(() => change(bright()).validateChange("title", 1 as never)).toThrow(ArgumentError);
  });
});

test("what is not changed is not validated again", () => {
  const cs = change(bright())
    .validateLength("title", { max: 1 })
    .validateFormat("title", /x/)
    .validateInclusion("title", ["y"])
    .validateExclusion("title", ["Bright"]);
  expect(cs.valid).toBe(true);
  expect(cs.validations.map((one) => one.validation)).toEqual(["exclusion", "inclusion", "format", "length"]);
});

describe("unsafeValidateUnique", () => {
  const repo = (answer: boolean) => {
    const questions: UniqueQuestion[] = [];
    return {
      questions,
      [IS_TAKEN]: (question: UniqueQuestion) => {
        questions.push(question);
        return Promise.resolve(answer);
      },
    };
  };

  test("asks for another row with the same values", async () => {
    const taken = repo(true);
    const cs = await change(bright(), { title: "Dark" }).unsafeValidateUnique(["title", "tagline"], taken, {
      prefix: "p",
      repoOpts: { timeout: 1 },
    });
    expect(taken.questions).toEqual([
      { schema: Movie, query: null, prefix: "p", where: { title: "Dark", tagline: "x" }, exclude: { id: 1 }, options: { timeout: 1 } },
    ]);
    expect(cs.errors).toEqual([
      { field: "title", message: "has already been taken", validation: "unsafeUnique", fields: ["title", "tagline"] },
    ]);
    expect(cs.validations[0]).toEqual({ field: "title", validation: "unsafeUnique", fields: ["title", "tagline"] });
    expect((await change(bright(), { title: "Dark" }).unsafeValidateUnique("title", repo(false))).valid).toBe(true);
    const elsewhere = await change(bright(), { title: "Dark" }).unsafeValidateUnique("title", taken, {
      errorKey: "base",
      message: "is there",
    });
    expect(elsewhere.errors).toMatchObject([{ field: "base", message: "is there" }]);
  });

  test("asks nothing where no field changed, one has errors, or one is null", async () => {
    const never = repo(true);
    await change(bright()).unsafeValidateUnique("title", never);
    await change(bright(), { title: "x" }).addError("title", "is odd").unsafeValidateUnique("title", never);
    await change(bright(), { tagline: null }).unsafeValidateUnique(["title", "tagline"], never);
    expect(never.questions).toEqual([]);
    await change(bright(), { tagline: null }).unsafeValidateUnique("tagline", never, { nullsDistinct: false });
    expect(never.questions[0]?.where).toEqual({ tagline: null });
  });

  test("leaves the own row out only where it is loaded and its key known", async () => {
    const one = repo(false);
    await change(Movie.build({ id: 1 }), { title: "x" }).unsafeValidateUnique("title", one);
    await change(loaded(Movie.build()), { title: "x" } as never).unsafeValidateUnique("title", one);
    expect(one.questions.map((question) => question.exclude)).toEqual([null, null]);
  });

  test("throws without a schema, for an embedded one without a query, and without a repo", async () => {
    await expect(change({ data: {}, types: { a: "string" } }, { a: "x" }).unsafeValidateUnique("a", repo(true))).rejects.toThrow(
      ArgumentError,
    );
    await expect(change(Address.build(), { street: "x" }).unsafeValidateUnique("street", repo(true))).rejects.toThrow(/query/);
    await expect(change(Actor.build(), { name: "x" }).unsafeValidateUnique("name", {} as never)).rejects.toThrow(ArgumentError);
    expect((await change(Address.build(), { street: "x" }).unsafeValidateUnique("street", repo(true), { query: Movie })).valid).toBe(false);
  });
});
