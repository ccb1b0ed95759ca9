// biome-ignore-all lint/suspicious/noExplicitAny: the tests read whatever fields they wrote
import { expect, test } from "vitest";
import { ArgumentError, NoPrimaryKeyValueError } from "../../../../../src/core/base/index.ts";
import { embeddedSchema, embedsOne, field, schema } from "../../../../../src/core/schema/index.ts";
import { insertOne, updateOne } from "../../../../../src/core/repo/write/write.ts";
import { Address, Author, Tag, tables } from "../schemas.ts";
import { buildOf, changeOf, onEveryDatabase, value } from "../support.ts";

class Numbered extends embeddedSchema({ word: field.string() }, { primaryKey: { id: field.id() } }) {}
class Wrong extends schema("authors", { name: field.string(), address: embedsOne(() => Numbered) }) {}

onEveryDatabase(tables, (bench) => {
  const insert = async (source: unknown, options = {}) => await insertOne(bench.writer, source, options);
  const update = async (source: unknown, options = {}) => await updateOne(bench.writer, source, options);
  const stored = async (column: string) => {
    const text = (await bench.sql(`SELECT ${column} FROM authors`))[0]?.[0];
    return typeof text === "string" ? JSON.parse(text) : text;
  };

  test("embedded structs get ids and timestamps, and are one column of the one statement", async () => {
    const author = value(
      await insert(
        buildOf(Author, { address: Address.build({ street: "s", zip: "1" }), tags: [Tag.build({ word: "a" }), Tag.build({ word: "b" })] }),
      ),
    );
    expect(bench.log).toHaveLength(1);
    expect(author.address).toBeInstanceOf(Address);
    expect(author.address.id).toMatch(/^[0-9a-f-]{36}$/);
    expect(author.tags.map((tag: Tag) => [tag.word, tag.insertedAt === tag.updatedAt, tag.insertedAt !== null])).toEqual([
      ["a", true, true],
      ["b", true, true],
    ]);
    expect(await stored("address")).toEqual({ id: author.address.id, street: "s", postcode: "1" });
  });

  test("an update touches the entries that changed, and writes the whole column", async () => {
    const old = new Date("2001-01-01T00:00:00Z");
    const author = value(
      await insert(buildOf(Author, { tags: [Tag.build({ word: "a", updatedAt: old }), Tag.build({ word: "b", updatedAt: old })] })),
    );
    const after = value(
      await update(changeOf(author).putEmbed("tags", [changeOf(author.tags[0], { word: "A" }), author.tags[1], { word: "c" }])),
    );
    expect(after.tags.map((tag: Tag) => [tag.word, tag.updatedAt?.getTime() === old.getTime()])).toEqual([
      ["A", false],
      ["b", true],
      ["c", false],
    ]);
    expect((await stored("tags")).map((tag: { word: string }) => tag.word)).toEqual(["A", "b", "c"]);
    expect(after.updatedAt).not.toBeNull();
    expect(author.tags).toHaveLength(2);
  });

  test("entries that are left out are gone, and null clears the column", async () => {
    const author = value(await insert(buildOf(Author, { address: Address.build({ street: "s" }), tags: [Tag.build({ word: "a" })] })));
    const after = value(await update(changeOf(author).putEmbed("tags", []).putEmbed("address", null)));
    expect([after.tags, after.address, await stored("tags"), await stored("address")]).toEqual([[], null, [], null]);
  });

  test("prepare functions of embeds run in a transaction, with the repo", async () => {
    const seen: unknown[] = [];
    const address = changeOf(Address.build(), { street: "s" }).prepareChanges((cs: any) => {
      seen.push([cs.repo === bench.writer.repo, bench.engine.held()?.depth]);
      return cs.putChange("zip", "9");
    });
    const author = value(await insert(changeOf(Author.build()).putEmbed("address", address)));
    expect([seen, author.address.zip]).toEqual([[[true, 1]], "9"]);
  });

  test("what cannot be stored is refused", async () => {
    await expect(insert(buildOf(Wrong, { address: Numbered.build({ word: "x" }) }))).rejects.toThrow(/cannot have its "id" numbered/);
    const author = value(await insert(buildOf(Author, { address: Address.build({ street: "s" }) })));
    author.address.id = null;
    await expect(
      update(changeOf(author).putEmbed("address", changeOf(author.address, { street: "t" }).withAction("update"))),
    ).rejects.toThrow(NoPrimaryKeyValueError);
    const invalid = changeOf(Author.build()).putEmbed("address", changeOf(Address.build()).addError("street", "bad"));
    await expect(insert(Object.assign(changeOf(invalid), { valid: true }))).rejects.toThrow(ArgumentError);
  });
});
