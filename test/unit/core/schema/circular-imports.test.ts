import { expect, it } from "vitest";
import { checkSchemas } from "ectype";
import { Book } from "./circular-imports/book.ts";
import { Author } from "./circular-imports/author.ts";

it("modules of schemas may import each other in a circle", () => {
  expect(checkSchemas([Book, Author])).toEqual([]);
  expect(Book.schema.association("author")?.related).toBe(Author.schema);
  expect(Author.schema.association("books")?.related).toBe(Book.schema);
});
