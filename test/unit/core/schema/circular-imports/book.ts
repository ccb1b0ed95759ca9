import { belongsTo, field, schema } from "ectype";
import { Author } from "./author.ts";

export class Book extends schema("books", { title: field.string(), author: () => belongsTo(Author) }) {}
