import {
  belongsTo,
  embeddedSchema,
  embedsMany,
  embedsOne,
  field,
  hasMany,
  hasOne,
  manyToMany,
  schema,
} from "../../../../src/core/schema/index.ts";
import { idColumn } from "./support.ts";

export class Address extends embeddedSchema({ street: field.string(), zip: field.string({ source: "postcode" }) }) {}
export class Tag extends embeddedSchema({ word: field.string(), at: field.utcDatetime() }, { timestamps: true }) {}

export class Author extends schema(
  "authors",
  {
    name: field.string(),
    email: field.string(),
    secret: field.integer({ redact: true }),
    nickname: field.string({ virtual: true }),
    rank: field.integer({ default: 3 }),
    slug: field.string({ readAfterWrites: true }),
    origin: field.string({ writable: "insert" }),
    computed: field.string({ writable: "never" }),
    strict: field.string({ writable: "insert", onWritableViolation: "raise" }),
    lockVersion: field.integer({ default: 1 }),
    address: embedsOne(() => Address, { onReplace: "delete" }),
    tags: embedsMany(() => Tag, { onReplace: "delete" }),
    posts: () => hasMany(Post, { onReplace: "delete" }),
    notes: () => hasMany(Post, { foreignKey: "editorId", onReplace: "nilify" }),
    profile: () => hasOne(Profile, { onReplace: "delete" }),
    groups: () => manyToMany(Group, { joinThrough: "authors_groups", onReplace: "delete" }),
    teams: () => manyToMany(Group, { joinThrough: Membership, onReplace: "delete", joinDefaults: { role: "member" } }),
  },
  { timestamps: true },
) {}

export class Post extends schema("posts", {
  title: field.string(),
  author: () => belongsTo(Author, { onReplace: "nilify" }),
  editor: () => belongsTo(Author, { onReplace: "nilify" }),
  comments: () => hasMany(Comment, { onReplace: "delete" }),
}) {}
export class Comment extends schema("comments", { text: field.string(), post: () => belongsTo(Post) }) {}
export class Profile extends schema(
  "profiles",
  { bio: field.string(), author: () => belongsTo(Author) },
  { primaryKey: { id: field.uuid({ autogenerate: true }) } },
) {}
export class Group extends schema("groups", {
  name: field.string(),
  authors: () => manyToMany(Author, { joinThrough: "authors_groups" }),
}) {}
export class Membership extends schema(
  "memberships",
  {
    role: field.string(),
    author: () => belongsTo(Author),
    group: () => belongsTo(Group),
  },
  { timestamps: true },
) {}

export function tables(name: "sqlite" | "postgres"): string[] {
  const id = idColumn(name);
  const [json, uuid, moment, key] = name === "sqlite" ? ["TEXT", "TEXT", "TEXT", "INTEGER"] : ["jsonb", "uuid", "timestamp", "bigint"];
  return [
    `CREATE TABLE authors (${id}, name text, email text, secret integer, rank integer, slug text DEFAULT 'made by the database', origin text, computed text, strict text,
      lock_version integer, address ${json}, tags ${json}, inserted_at ${moment}, updated_at ${moment})`,
    `CREATE UNIQUE INDEX authors_email_index ON authors (email)`,
    `CREATE TABLE posts (${id}, title text, author_id ${key} REFERENCES authors, editor_id ${key})`,
    `CREATE UNIQUE INDEX posts_title_index ON posts (title)`,
    `CREATE TABLE comments (${id}, text text NOT NULL, post_id ${key} REFERENCES posts)`,
    `CREATE TABLE profiles (id ${uuid} PRIMARY KEY, bio text, author_id ${key} UNIQUE)`,
    `CREATE TABLE groups (${id}, name text)`,
    `CREATE TABLE authors_groups (author_id ${key} NOT NULL REFERENCES authors, group_id ${key} NOT NULL REFERENCES groups, PRIMARY KEY (author_id, group_id))`,
    `CREATE TABLE memberships (${id}, role text, author_id ${key}, group_id ${key}, inserted_at ${moment} NOT NULL, updated_at ${moment} NOT NULL)`,
    `CREATE UNIQUE INDEX memberships_author_id_group_id_index ON memberships (author_id, group_id)`,
  ];
}
