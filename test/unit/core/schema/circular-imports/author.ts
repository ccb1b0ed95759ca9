import { field, hasMany, schema } from "ectype";
import { Book } from "./book.ts";

export class Author extends schema("authors", { name: field.string(), books: () => hasMany(Book) }) {}
