import { type Expr, field, type Query, schema, sql } from "ectype";
import { migration } from "ectype/migration";

export const createArticles = migration({
  change(m) {
    m.createTable("articles", (t) => {
      t.add("title", "string", { null: false });
      t.add("body", "text");
      t.add("words", "tsvector", {
        generated: `always as (setweight(to_tsvector('english', title), 'A') || to_tsvector('english', coalesce(body, ''))) stored`,
      });
    });
    m.createIndex("articles", ["words"], { using: "gin" });
  },
});

export class Article extends schema("articles", {
  title: field.string({ null: false }),
  body: field.text(),
  words: field.string({ loadInQuery: false, writable: "never" }), // kept by the database, and read by searches alone
}) {}

// What anyone may type: no NUL or half a character, which no database holds, no rows of minus signs, which its parser cannot stack, and an end.
const asked = (text: string) => sql`websearch_to_tsquery('english', ${text.slice(0, 500).replace(/[\0\p{Cs}]|-(?![\p{L}\p{N}"])/gu, " ")})`;

export const matches = (words: Expr<string | null>, text: string) => sql.typed<boolean>("boolean", sql`${words} @@ ${asked(text)}`);
export const relevance = (words: Expr<string | null>, text: string) => sql.typed<number>("float", sql`ts_rank(${words}, ${asked(text)})`);

/** Articles that hold what was asked for, the best first. */
export const search = (query: Query<Article>, text: string) =>
  query.where((a) => matches(a.words, text)).orderBy((a) => [relevance(a.words, text).desc(), a.id.asc()]);
