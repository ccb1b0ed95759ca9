// The same program for each library: so many schemas of ten columns and three relations, and for each of them a query with a join, a condition
// and children of children, and a left join that selects. What comes out is used as the type that it must have where the library infers one.

export interface TypeProgram {
  readonly contender: string;
  readonly name: string;
  /** The source. */
  program(count: number): string;
  /** The models of Prisma, whose types are generated from them. */
  readonly models?: (count: number) => string;
}

type Kind = "string" | "integer" | "boolean" | "datetime" | "decimal" | "float" | "date" | "json";
interface Column {
  readonly kind: Kind;
  readonly nullable: boolean;
}
const KINDS: readonly Kind[] = ["string", "string", "integer", "boolean", "datetime", "decimal", "float", "date", "json", "string"];
const COLUMNS: readonly Column[] = KINDS.map((kind, at) => ({ kind, nullable: at !== 0 }));
const columns = (write: (column: Column, name: string) => string) => COLUMNS.map((column, at) => write(column, `f${at}`));
/** A schema has a parent, the children of which it is the parent, and others: of the next one, the one before, and the one after the next. */
const parentOf = (n: number, count: number) => (n + 1) % count;
const childOf = (n: number, count: number) => (n + count - 1) % count;
const otherOf = (n: number, count: number) => (n + 2) % count;
const each = (count: number, write: (n: number) => string) => Array.from({ length: count }, (_, n) => write(n)).join("\n");

const ECTYPE: Readonly<Record<Kind, string>> = {
  string: "string",
  integer: "integer",
  boolean: "boolean",
  datetime: "utcDatetime",
  decimal: "decimal",
  float: "float",
  date: "date",
  json: "json",
};
const ectype: TypeProgram = {
  contender: "ectype",
  name: "ectype",
  program: (count) => `import { belongsTo, field, from, hasMany, type Repo, schema } from "ectype";
declare const repo: Repo;
${each(
  count,
  (n) => `export class S${n} extends schema("s${n}", {
  ${columns(({ kind, nullable }, name) => `${name}: field.${ECTYPE[kind]}(${nullable ? "" : "{ null: false }"}),`).join(" ")}
  parent: () => belongsTo(S${parentOf(n, count)}),
  children: () => hasMany(S${childOf(n, count)}, { foreignKey: "parentId" }),
  others: () => hasMany(S${otherOf(n, count)}, { foreignKey: "parentId" }),
}) {}
export const a${n} = await repo.all(from(S${n}).join("parent").where((s, { parent }) => s.f2.gt(1).and(parent.f1.eq("x"))).orderBy("f0").preload({ parent: "parent", children: ["others"] }));
export const b${n}: string | undefined = a${n}[0]?.children[0]?.others[0]?.f0;
export const c${n} = await repo.all(from(S${n}).leftJoin("others").select((s, { others }) => ({ id: s.id, pair: [s.f0, others.f2], whole: others })).where((s) => s.f3.eq(true)).limit(3));
export const d${n}: number | null | undefined = c${n}[0]?.pair[1];`,
)}`,
};

const DRIZZLE: Readonly<Record<Kind, string>> = {
  string: "text",
  integer: "integer",
  boolean: "boolean",
  datetime: "timestamp",
  decimal: "numeric",
  float: "doublePrecision",
  date: "date",
  json: "jsonb",
};
const drizzleTables = (count: number) =>
  each(
    count,
    (n) =>
      `export const s${n} = pgTable("s${n}", { id: serial().primaryKey(), ${columns(({ kind, nullable }, name) => `${name}: ${DRIZZLE[kind]}()${nullable ? "" : ".notNull()"}`).join(", ")}, parentId: integer("parent_id") });`,
  );
const drizzleQueries = (count: number, where: string, order: (n: number) => string) =>
  each(
    count,
    (
      n,
    ) => `export const a${n} = await db.query.s${n}.findMany({ where: ${where.replaceAll("TABLE", `s${n}`)}, orderBy: ${order(n)}, with: { parent: { with: { parent: true } }, children: { with: { others: true } } } });
export const b${n}: string | undefined = a${n}[0]?.children[0]?.others[0]?.f0;
export const c${n} = await db.select({ id: s${n}.id, first: s${n}.f0, second: s${otherOf(n, count)}.f2, whole: s${otherOf(n, count)} }).from(s${n}).leftJoin(s${otherOf(n, count)}, eq(s${otherOf(n, count)}.parentId, s${n}.id)).where(eq(s${n}.f3, true)).limit(3);
export const d${n}: number | null | undefined = c${n}[0]?.second;`,
  );
const drizzle: TypeProgram = {
  contender: "drizzle",
  name: "drizzle 0.45",
  program: (count) => `import { and, eq, gt, relations } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import { boolean, date, doublePrecision, integer, jsonb, numeric, pgTable, serial, text, timestamp } from "drizzle-orm/pg-core";
${drizzleTables(count)}
${each(
  count,
  (n) => `export const r${n} = relations(s${n}, ({ one, many }) => ({
  parent: one(s${parentOf(n, count)}, { fields: [s${n}.parentId], references: [s${parentOf(n, count)}.id] }),
  children: many(s${childOf(n, count)}),
  others: many(s${otherOf(n, count)}),
}));`,
)}
const db = drizzle("", { schema: { ${Array.from({ length: count }, (_, n) => `s${n}, r${n}`).join(", ")} } });
${drizzleQueries(count, `and(gt(TABLE.f2, 1), eq(TABLE.f1, "x"))`, (n) => `s${n}.f0`)}`,
};
const drizzle1: TypeProgram = {
  contender: "drizzle-1",
  name: "drizzle 1.0 rc",
  program: (count) => `import { defineRelations, eq } from "drizzle-orm-1";
import { drizzle } from "drizzle-orm-1/node-postgres";
import { boolean, date, doublePrecision, integer, jsonb, numeric, pgTable, serial, text, timestamp } from "drizzle-orm-1/pg-core";
${drizzleTables(count)}
const relations = defineRelations({ ${Array.from({ length: count }, (_, n) => `s${n}`).join(", ")} }, (r) => ({
${each(
  count,
  (n) => `  s${n}: {
    parent: r.one.s${parentOf(n, count)}({ from: r.s${n}.parentId, to: r.s${parentOf(n, count)}.id }),
    children: r.many.s${childOf(n, count)}({ from: r.s${n}.id, to: r.s${childOf(n, count)}.parentId }),
    others: r.many.s${otherOf(n, count)}({ from: r.s${n}.id, to: r.s${otherOf(n, count)}.parentId }),
  },`,
)}
}));
const db = drizzle("", { relations });
${drizzleQueries(count, `{ f2: { gt: 1 }, parent: { f1: "x" } }`, () => `{ f0: "asc" }`)}`,
};

const KYSELY: Readonly<Record<Kind, string>> = {
  string: "string",
  integer: "number",
  boolean: "boolean",
  datetime: "Date",
  decimal: "string",
  float: "number",
  date: "string",
  json: "unknown",
};
const kysely: TypeProgram = {
  contender: "kysely",
  name: "kysely",
  program: (count) => `import { type Generated, Kysely } from "kysely";
import { jsonArrayFrom, jsonObjectFrom } from "kysely/helpers/postgres";
${each(count, (n) => `export interface S${n} { id: Generated<number>; ${columns(({ kind, nullable }, name) => `${name}: ${KYSELY[kind]}${nullable ? " | null" : ""};`).join(" ")} parent_id: number | null }`)}
interface Tables { ${Array.from({ length: count }, (_, n) => `s${n}: S${n};`).join(" ")} }
declare const db: Kysely<Tables>;
${each(count, (n) => {
  const parent = `s${parentOf(n, count)}`;
  const grand = `s${parentOf(parentOf(n, count), count)}`;
  const child = `s${childOf(n, count)}`;
  const other = `s${otherOf(childOf(n, count), count)}`;
  const right = `s${otherOf(n, count)}`;
  return `export const a${n} = await db.selectFrom("s${n}").innerJoin("${parent} as p", "p.id", "s${n}.parent_id").selectAll("s${n}").select((eb) => [
  jsonObjectFrom(eb.selectFrom("${parent} as q").selectAll("q").select((e) => jsonObjectFrom(e.selectFrom("${grand} as g").selectAll("g").whereRef("g.id", "=", "q.parent_id")).as("parent")).whereRef("q.id", "=", "s${n}.parent_id")).as("parent"),
  jsonArrayFrom(eb.selectFrom("${child} as c").selectAll("c").select((e) => jsonArrayFrom(e.selectFrom("${other} as o").selectAll("o").whereRef("o.parent_id", "=", "c.id")).as("others")).whereRef("c.parent_id", "=", "s${n}.id")).as("children"),
]).where("s${n}.f2", ">", 1).where("p.f1", "=", "x").orderBy("s${n}.f0").execute();
export const b${n}: string | undefined = a${n}[0]?.children[0]?.others[0]?.f0;
export const c${n} = await db.selectFrom("s${n}").leftJoin("${right} as o", "o.parent_id", "s${n}.id").select(["s${n}.id as id", "s${n}.f0 as first", "o.f2 as second"]).selectAll("o").where("s${n}.f3", "=", true).limit(3).execute();
export const d${n}: number | null | undefined = c${n}[0]?.second;`;
})}`,
};

const PRISMA: Readonly<Record<Kind, string>> = {
  string: "String",
  integer: "Int",
  boolean: "Boolean",
  datetime: "DateTime",
  decimal: "Decimal",
  float: "Float",
  date: "DateTime",
  json: "Json",
};
const prisma: TypeProgram = {
  contender: "prisma",
  name: "prisma 7",
  // A relation has two ends: the children and the others of a schema are its parent's and its other's ends.
  models: (count) =>
    each(
      count,
      (n) => `model S${n} {
  id Int @id @default(autoincrement())
  ${columns(({ kind, nullable }, name) => `${name} ${PRISMA[kind]}${nullable ? "?" : ""}`).join("\n  ")}
  parentId Int?
  otherId Int?
  parent S${parentOf(n, count)}? @relation("parent${n}", fields: [parentId], references: [id])
  other S${(n + count - 2) % count}? @relation("other${n}", fields: [otherId], references: [id])
  children S${childOf(n, count)}[] @relation("parent${childOf(n, count)}")
  others S${otherOf(n, count)}[] @relation("other${otherOf(n, count)}")
}`,
    ),
  program: (count) => `import type { PrismaClient } from "./client/client.ts";
declare const prisma: PrismaClient;
${each(
  count,
  (
    n,
  ) => `export const a${n} = await prisma.s${n}.findMany({ where: { f2: { gt: 1 }, parent: { f1: "x" } }, orderBy: { f0: "asc" }, include: { parent: { include: { parent: true } }, children: { include: { others: true } } } });
export const b${n}: string | undefined = a${n}[0]?.children[0]?.others[0]?.f0;
export const c${n} = await prisma.s${n}.findMany({ where: { f3: true }, take: 3, select: { id: true, f0: true, others: true } });
export const d${n}: number | null | undefined = c${n}[0]?.others[0]?.f2;`,
)}`,
};

const TYPEORM: Readonly<Record<Kind, string>> = {
  string: "text",
  integer: "integer",
  boolean: "boolean",
  datetime: "timestamptz",
  decimal: "numeric",
  float: "double precision",
  date: "date",
  json: "jsonb",
};
const typeorm: TypeProgram = {
  contender: "typeorm",
  name: "typeorm 1",
  program: (
    count,
  ) => `import { Column, DataSource, Entity, ManyToOne, MoreThan, OneToMany, PrimaryGeneratedColumn, type Relation } from "typeorm";
declare const source: DataSource;
${each(
  count,
  (n) => `@Entity() export class S${n} {
  @PrimaryGeneratedColumn() id!: number;
  ${columns(({ kind, nullable }, name) => `@Column("${TYPEORM[kind]}", { nullable: ${nullable} }) ${name}!: ${KYSELY[kind]}${nullable ? " | null" : ""};`).join("\n  ")}
  @ManyToOne(() => S${parentOf(n, count)}, (s) => s.children) parent!: Relation<S${parentOf(n, count)}> | null;
  @ManyToOne(() => S${(n + count - 2) % count}, (s) => s.others) other!: Relation<S${(n + count - 2) % count}> | null;
  @OneToMany(() => S${childOf(n, count)}, (s) => s.parent) children!: Relation<S${childOf(n, count)}>[];
  @OneToMany(() => S${otherOf(n, count)}, (s) => s.other) others!: Relation<S${otherOf(n, count)}>[];
}
export const a${n} = await source.getRepository(S${n}).find({ where: { f2: MoreThan(1), parent: { f1: "x" } }, order: { f0: "asc" }, relations: { parent: { parent: true }, children: { others: true } } });
export const b${n}: string | undefined = a${n}[0]?.children[0]?.others[0]?.f0;
export const c${n} = await source.getRepository(S${n}).find({ where: { f3: true }, take: 3, select: { id: true, f0: true }, relations: { others: true } });
export const d${n}: number | null | undefined = c${n}[0]?.others[0]?.f2;`,
)}`,
};

const MIKRO: Readonly<Record<Kind, string>> = {
  string: "text()",
  integer: "integer()",
  boolean: "boolean()",
  datetime: "datetime()",
  decimal: "decimal()",
  float: "float()",
  date: "date()",
  json: "json<unknown>()",
};
const mikroOrm: TypeProgram = {
  contender: "mikro-orm",
  name: "mikro-orm 7",
  // With classes, which its documentation recommends for entities that refer to each other, and which the compiler checks faster.
  program: (count) => `import { defineEntity, type EntityManager, p } from "@mikro-orm/core";
declare const em: EntityManager;
${each(
  count,
  (n) => `const schema${n} = defineEntity({ name: "S${n}", properties: {
  id: p.integer().primary(),
  ${columns(({ kind, nullable }, name) => `${name}: p.${MIKRO[kind]}${nullable ? ".nullable()" : ""},`).join(" ")}
  parent: () => p.manyToOne(S${parentOf(n, count)}).nullable(),
  other: () => p.manyToOne(S${(n + count - 2) % count}).nullable(),
  children: () => p.oneToMany(S${childOf(n, count)}).mappedBy("parent"),
  others: () => p.oneToMany(S${otherOf(n, count)}).mappedBy("other"),
} });
export class S${n} extends schema${n}.class {}
schema${n}.setClass(S${n});
export const a${n} = await em.find(S${n}, { f2: { $gt: 1 }, parent: { f1: "x" } }, { orderBy: { f0: "asc" }, populate: ["parent.parent", "children.others"] });
export const b${n}: string | undefined = a${n}[0]?.children.$[0]?.others.$[0]?.f0;
export const c${n} = await em.find(S${n}, { f3: true }, { limit: 3, populate: ["others"] });
export const d${n}: number | null | undefined = c${n}[0]?.others.$[0]?.f2;`,
)}`,
};

export const TYPE_PROGRAMS: readonly TypeProgram[] = [ectype, drizzle, drizzle1, kysely, prisma, typeorm, mikroOrm];
