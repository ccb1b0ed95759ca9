import { pathToFileURL } from "node:url";
import { join } from "node:path";

export type Database = "sqlite" | "postgres";
export const DATABASES: readonly Database[] = ["sqlite", "postgres"];

/** The smallest program that reads a movie with one library. */
export interface Program {
  /** As the contender's file is named. */
  readonly contender: string;
  readonly name: string;
  /** The library without the driver, which everybody needs. */
  readonly packages: readonly string[];
  /** What it imports, as statements. */
  imports(database: Database): string;
  /** What comes after: a schema of one table and one query. */
  body(database: Database): string;
}

const DRIVER: Readonly<Record<Database, string>> = {
  sqlite: `import Database from "better-sqlite3";`,
  postgres: `import pg from "pg";`,
};
const pick = (database: Database, sqlite: string, postgres: string) => (database === "sqlite" ? sqlite : postgres);
const CLIENT: Readonly<Record<Database, string>> = { sqlite: `new Database("a.db")`, postgres: "new pg.Pool()" };

function drizzle(contender: string, name: string, pkg: string): Program {
  return {
    contender,
    name,
    packages: [pkg],
    imports: (database) => `${DRIVER[database]}
      import { eq } from "${pkg}";
      import { drizzle } from "${pkg}/${pick(database, "better-sqlite3", "node-postgres")}";
      import { ${pick(database, "sqliteTable as table, integer as key, text", "pgTable as table, serial as key, text")} } from "${pkg}/${pick(database, "sqlite", "pg")}-core";`,
    body: (database) => `
      const movies = table("movies", { id: key().primaryKey(), title: text().notNull(), tagline: text() });
      const db = drizzle({ client: ${CLIENT[database]} });
      console.log(await db.select().from(movies).where(eq(movies.id, 1)));`,
  };
}

/** @param folder of a build of ectype @param generated where Prisma's clients were made */
export function programsOf(folder: string, generated: string): Program[] {
  const url = (path: string) => pathToFileURL(path).href;
  return [
    {
      contender: "raw",
      name: "raw",
      packages: [],
      imports: (database) => DRIVER[database],
      body: (database) =>
        pick(
          database,
          `console.log(new Database("a.db").prepare("select id, title, tagline from movies where id = ?").get(1));`,
          `console.log(await new pg.Pool().query("select id, title, tagline from movies where id = $1", [1]));`,
        ),
    },
    {
      contender: "ectype",
      name: "ectype",
      packages: ["ectype"],
      imports: (database) => `${DRIVER[database]}
        import { createRepo, field, schema } from "${url(join(folder, "index.js"))}";
        import { ${pick(database, "sqlite", "postgres")} as adapter } from "${url(join(folder, pick(database, "sqlite", "postgres"), "index.js"))}";`,
      body: () => `
        class Movie extends schema("movies", { title: field.string({ null: false }), tagline: field.string() }) {}
        const repo = createRepo({ adapter: adapter({ database: "a.db", url: "postgres://localhost/a" }) });
        console.log(await repo.get(Movie, 1));`,
    },
    drizzle("drizzle", "drizzle 0.45", "drizzle-orm"),
    drizzle("drizzle-1", "drizzle 1.0 rc", "drizzle-orm-1"),
    {
      contender: "kysely",
      name: "kysely",
      packages: ["kysely"],
      imports: (database) =>
        `${DRIVER[database]} import { Kysely, ${pick(database, "Sqlite", "Postgres")}Dialect as Dialect } from "kysely";`,
      body: (database) => `
        const db = new Kysely({ dialect: new Dialect({ ${pick(database, "database", "pool")}: ${CLIENT[database]} }) });
        console.log(await db.selectFrom("movies").selectAll().where("id", "=", 1).executeTakeFirst());`,
    },
    {
      contender: "prisma",
      name: "prisma 7",
      packages: ["@prisma/client", "@prisma/adapter-better-sqlite3", "@prisma/adapter-pg"],
      imports: (database) => `${DRIVER[database]}
        import { ${pick(database, "PrismaBetterSqlite3", "PrismaPg")} as Adapter } from "@prisma/adapter-${pick(database, "better-sqlite3", "pg")}";
        import { PrismaClient } from "${url(join(generated, pick(database, "sqlite", "postgresql"), "client.js"))}";`,
      body: (database) => `
        const prisma = new PrismaClient({ adapter: new Adapter({ ${pick(database, `url: "file:a.db"`, `connectionString: "postgres://localhost/a"`)} }) });
        console.log(await prisma.movie.findUnique({ where: { id: 1 } }));`,
    },
    {
      contender: "typeorm",
      name: "typeorm 1",
      packages: ["typeorm"],
      imports: (database) => `${DRIVER[database]} import { DataSource, EntitySchema } from "typeorm";`,
      body: (database) => `
        const id = { type: "integer", primary: true, generated: true };
        const Movie = new EntitySchema({ name: "Movie", tableName: "movies", columns: { id, title: { type: "text" }, tagline: { type: "text", nullable: true } } });
        const source = await new DataSource({ type: "${pick(database, "better-sqlite3", "postgres")}", database: "a.db", driver: ${pick(database, "Database", "pg")}, entities: [Movie] }).initialize();
        console.log(await source.getRepository(Movie).findOneBy({ id: 1 }));`,
    },
    {
      contender: "mikro-orm",
      name: "mikro-orm 7",
      packages: ["@mikro-orm/core", "@mikro-orm/sqlite", "@mikro-orm/postgresql"],
      imports: (database) => `${DRIVER[database]}
        import { defineEntity, MikroORM, p } from "@mikro-orm/core";
        import { defineConfig } from "@mikro-orm/${pick(database, "sqlite", "postgresql")}";`,
      body: () => `
        const Movie = defineEntity({ name: "Movie", tableName: "movies", properties: { id: p.integer().primary(), title: p.text(), tagline: p.text().nullable() } });
        const orm = await MikroORM.init(defineConfig({ entities: [Movie], dbName: "a.db" }));
        console.log(await orm.em.fork().findOne(Movie, { id: 1 }));`,
    },
  ];
}
