import { belongsTo, createRepo, field, from, hasMany, hasOne, type Repo, schema } from "ectype";
import { postgres } from "ectype/postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freshPostgresUrl, hasServer } from "../../support/databases.ts";
import { recordingPostgres } from "../../support/drivers.ts";
import { createTables } from "../../support/tables.ts";

// On PostgreSQL the queries of one nested read go over one connection; those of a level do not wait for each other.

class Album extends schema("albums", {
  title: field.string(),
  tracks: () => hasMany(Track),
  cover: () => hasOne(Cover),
}) {}
class Track extends schema("tracks", { name: field.string(), album: () => belongsTo(Album), notes: () => hasMany(Note) }) {}
class Note extends schema("notes", { text: field.string(), track: () => belongsTo(Track) }) {}
class Cover extends schema("covers", { file: field.string(), album: () => belongsTo(Album) }) {}

describe.runIf(hasServer)("the queries of a nested read on PostgreSQL", () => {
  const seen: { connection: number; what: "sent" | "answered"; table: string }[] = [];
  let repo: Repo;
  beforeAll(async () => {
    const url = await freshPostgresUrl();
    const driver = recordingPostgres({ url }, (connection, what, sql) => {
      const table = /^SELECT .*? FROM "(\w+)"/s.exec(sql)?.[1];
      seen.push({ connection, what, table: table ?? sql.split(" ")[0] ?? "" });
    });
    repo = createRepo({ adapter: postgres({ url, driver, pool: { size: 4 } }) });
    await createTables(repo, [Album, Track, Note, Cover]);
    await repo.insertAll(
      Album,
      [1, 2].map((id) => ({ id, title: `album ${id}` })),
    );
    await repo.insertAll(
      Track,
      [1, 2].map((id) => ({ id, name: `track ${id}`, albumId: id })),
    );
    await repo.insertAll(Note, [{ text: "n", trackId: 2 }]);
    await repo.insertAll(Cover, [{ file: "f", albumId: 1 }]);
    // Connections that would be there for each query.
    await Promise.all([1, 2, 3, 4].map(() => repo.query("SELECT pg_sleep(0.05)")));
  });
  afterAll(() => repo.close());

  const nested = from(Album).orderBy("id").preload({ tracks: "notes", cover: true });

  /** What was sent and answered, and over how many connections. */
  async function recorded(work: () => Promise<unknown>): Promise<{ order: string[]; connections: number }> {
    seen.splice(0);
    await work();
    const own = seen.splice(0);
    return {
      order: own.map(({ what, table }) => `${table} ${what}`),
      connections: new Set(own.map(({ connection }) => connection)).size,
    };
  }

  const ORDER = [
    "albums sent",
    "albums answered",
    "tracks sent",
    "covers sent",
    "tracks answered",
    "notes sent",
    "covers answered",
    "notes answered",
  ];

  test("queries of a level are sent one after the other, on one connection", async () => {
    for (const read of [() => repo.all(nested), () => repo.prepare(() => nested).all({})]) {
      const { order, connections } = await recorded(read);
      expect(connections).toBe(1);
      expect(order.filter((what) => !what.startsWith("notes"))).toEqual(ORDER.filter((what) => !what.startsWith("notes")));
      expect(order.indexOf("notes sent")).toBeGreaterThan(order.indexOf("tracks answered"));
    }
    const albums = await repo.all(from(Album).orderBy("id"));
    const { order, connections } = await recorded(() => repo.preload(albums, { tracks: "notes", cover: true }));
    expect([connections, order.slice(0, 2)]).toEqual([1, ["tracks sent", "covers sent"]]);
    const one = await recorded(() => repo.preload(albums, { tracks: "notes", cover: true }, { inParallel: false }));
    expect(one.order).toEqual(["tracks", "notes", "covers"].flatMap((table) => [`${table} sent`, `${table} answered`]));
  });

  test("in a transaction likewise, on its connection", async () => {
    const { order, connections } = await recorded(() =>
      repo.transaction(async () => {
        await repo.insertAll(Note, [{ text: "m", trackId: 1 }]);
        const albums = await repo.all(nested);
        expect(albums.map(({ tracks }) => tracks.map(({ notes }) => notes.length))).toEqual([[1], [1]]);
      }),
    );
    expect(connections).toBe(1);
    const at = order.indexOf("tracks sent");
    expect(order.slice(at, at + 2)).toEqual(["tracks sent", "covers sent"]);
  });

  test("many at once share the connections, and each gets its own", async () => {
    const counts = await Promise.all(
      Array.from({ length: 60 }, async (_, at) => {
        const albums = await repo.all(nested.where({ id: 1 + (at % 2) }));
        return albums.map(({ id, tracks }) => [id, tracks.map((track) => track.albumId)]);
      }),
    );
    expect(counts).toEqual(Array.from({ length: 60 }, (_, at) => [[1 + (at % 2), [1 + (at % 2)]]]));
  });

  test("one that fails takes no other with it, and leaves nothing on its way", async () => {
    const broken = from(Album).preload({ tracks: from(Track).where((t) => t.id.div(0).eq(1)), cover: true });
    const { order } = await recorded(async () => {
      await expect(repo.all(broken)).rejects.toMatchObject({ code: "DATABASE" });
    });
    // The failure is told when all of them are answered.
    expect(order).toEqual(["albums sent", "albums answered", "tracks sent", "covers sent", "tracks answered", "covers answered"]);
    expect(await repo.all(nested)).toHaveLength(2);
  });
});
