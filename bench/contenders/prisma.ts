import { PrismaBetterSqlite3 } from "@prisma/adapter-better-sqlite3";
import { PrismaPg } from "@prisma/adapter-pg";
import type { Contender, Graph, NestedMovie, NewMovie, Opened, Place } from "../contender.ts";
import { PRAGMAS, POOL_SIZE } from "../harness/admin.ts";

type Call = (args: unknown) => Promise<any>;
/** The part of the generated client that is used: it is made at the run, one for each database. */
interface Client {
  readonly movie: Record<"findUnique" | "findMany" | "create" | "createMany" | "update", Call>;
  $queryRawUnsafe(sql: string): Promise<unknown>;
  $disconnect(): Promise<void>;
}

/** A statement is only kept by the server under a name, and Prisma has it named by us. */
function statementNames(): (query: { sql: string }) => string {
  const names = new Map<string, string>();
  return ({ sql }) => {
    const known = names.get(sql);
    if (known !== undefined) return known;
    const name = `s${names.size}`;
    names.set(sql, name);
    return name;
  };
}

async function connect({ target, at }: Place): Promise<Client> {
  const provider = target === "pg" ? "postgresql" : "sqlite";
  const { PrismaClient } = (await import(new URL(`./prisma/${provider}/client.js`, import.meta.url).href)) as {
    PrismaClient: new (options: unknown) => Client;
  };
  if (target === "pg")
    return new PrismaClient({
      adapter: new PrismaPg({ connectionString: at, max: POOL_SIZE }, { statementNameGenerator: statementNames() }),
    });
  const client = new PrismaClient({ adapter: new PrismaBetterSqlite3({ url: `file:${at}` }) });
  for (const pragma of PRAGMAS) await client.$queryRawUnsafe(`pragma ${pragma}`);
  return client;
}

const INCLUDE = { characters: true, distributor: true, links: { select: { actor: true } } };
/** One statement that answers in JSON, which PostgreSQL alone has: a preview, and much faster than a query for each relation. */
const JOINED = { include: INCLUDE, relationLoadStrategy: "join" };

async function open(place: Place): Promise<Opened> {
  const client = await connect(place);
  const { movie } = client;
  const nested = place.target === "pg" ? JOINED : { include: INCLUDE };
  return {
    operations: {
      get: (id) => movie.findUnique({ where: { id } }),
      list: ({ after, limit }) => movie.findMany({ where: { id: { gt: after } }, orderBy: { id: "asc" }, take: limit }),
      nested: (id) => movie.findUnique({ where: { id }, ...nested }),
      nestedList: ({ after, limit }) => movie.findMany({ where: { id: { gt: after } }, orderBy: { id: "asc" }, take: limit, ...nested }),
      insert: ({ title, tagline }: NewMovie) => movie.create({ data: { title, tagline }, select: { id: true } }),
      // A nested write is a transaction.
      graph: ({ title, tagline, characters, distributor, actors }: Graph) =>
        movie.create({
          data: {
            title,
            tagline,
            characters: { createMany: { data: characters.map((name) => ({ name })) } },
            distributor: { create: { name: distributor } },
            links: { create: actors.map((name) => ({ actor: { create: { name } } })) },
          },
          select: { id: true },
        }),
      insertAll: (movies) => movie.createMany({ data: movies }),
      update: ({ id, title }: { id: number; title: string }) => movie.update({ where: { id }, data: { title }, select: { id: true } }),
    },
    plain: ({ links, ...found }: any): NestedMovie => ({ ...found, actors: links.map((link: any) => link.actor) }),
    close: () => client.$disconnect(),
  };
}

export const contender: Contender = {
  forms: [
    { name: "prisma 7", targets: ["better-sqlite3", "pg"], open, absent: { "node-sqlite": "Prisma has no adapter for node:sqlite" } },
  ],
  packages: ["@prisma/client", "@prisma/adapter-better-sqlite3", "@prisma/adapter-pg"],
};
