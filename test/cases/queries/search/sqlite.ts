import { type Expr, field, type Query, schema, sql } from "ectype";
import { migration } from "ectype/migration";

export const createArticles = migration({
  change(m) {
    m.createTable("articles", (t) => {
      t.add("title", "string", { null: false });
      t.add("body", "text");
    });
    // The index alone: the texts stay where they are, and triggers tell it of every change.
    m.execute(
      "create virtual table article_words using fts5(title, body, content='articles', content_rowid='id', tokenize='porter')",
      "drop table article_words",
    );
    const add = "insert into article_words (rowid, title, body) values (new.id, new.title, new.body);";
    const remove = "insert into article_words (article_words, rowid, title, body) values ('delete', old.id, old.title, old.body);";
    for (const [event, body] of Object.entries({ insert: add, delete: remove, update: remove + add }))
      m.execute(
        `create trigger article_words_${event} after ${event} on articles begin ${body} end`,
        `drop trigger article_words_${event}`,
      );
  },
});

export class Article extends schema("articles", { title: field.string({ null: false }), body: field.text() }) {}

// Each word in quotes, so that nothing in it is an operator; no NUL or half a character, which no database holds, and no more words than a question has.
const asked = (text: string) =>
  text
    .slice(0, 500)
    .split(/[\s"\0\p{Cs}]+/u)
    .map((word) => `"${word}"`)
    .join(" ");

export const matches = (words: Expr<unknown>, text: string) => sql.typed<boolean>("boolean", sql`${words} match ${asked(text)}`);
export const relevance = (words: Expr<unknown>) => sql.typed<number>("float", sql`-bm25(${words}, 10.0, 1.0)`);

/** Articles that hold every word of the text, the best first. */
export const search = (query: Query<Article>, text: string) =>
  query
    .join("found", "article_words", (a, { found }) => found.rowid.eq(a.id))
    .where((_, { found }) => matches(found.article_words, text))
    .orderBy((a, { found }) => [relevance(found.article_words).desc(), a.id.asc()]);
