import { setTimeout as sleep } from "node:timers/promises";
import { belongsTo, createRepo, DatabaseError, field, from, hasMany, hasOne, LoadError, type Repo, type RepoOptions, schema } from "ectype";
import { type SqliteDatabase, type SqliteDriver, sqlite, type SqliteOptions } from "ectype/sqlite";
import { afterEach, describe, expect, test } from "vitest";
import { loadDriver } from "../../../src/sqlite/drivers/load.ts";
import { freshSqliteFile, sqliteDrivers } from "../../support/databases.ts";
import { asynchronous, recording } from "../../support/drivers.ts";
import { createTables } from "../../support/tables.ts";

// On SQLite the queries of one nested read run in one read transaction: they see one state of the file, whatever others write meanwhile.

class Album extends schema("albums", {
  title: field.string(),
  tracks: () => hasMany(Track, { preloadOrder: ["id"] }),
  cover: () => hasOne(Cover),
}) {}
class Track extends schema("tracks", {
  name: field.string(),
  album: () => belongsTo(Album),
  notes: () => hasMany(Note),
}) {}
class Note extends schema("notes", { text: field.string(), length: field.integer(), track: () => belongsTo(Track) }) {}
class Cover extends schema("covers", { file: field.string(), album: () => belongsTo(Album) }) {}

const opened: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

/** A promise, and what ends it. */
function signal(): { readonly sent: Promise<void>; send(): void } {
  let send = (): void => {};
  const sent = new Promise<void>((resolve) => {
    send = resolve;
  });
  return { sent, send: () => send() };
}

interface Opened {
  repo: Repo;
  /** The same file over a connection of its own, as another process has it; it answers at once, and does not wait for locks. */
  other: SqliteDatabase;
  /** What the driver of `repo` was told to run, but for how connections are set up. */
  sent: string[];
  /** Called before each statement of `repo`. */
  hook: { before: ((sql: string) => void) | null };
}

const forms: readonly [string, (driver: SqliteDriver) => SqliteDriver][] = [
  ["at once", (driver) => driver],
  ["by promises", asynchronous],
];
const cases = sqliteDrivers.flatMap((driver) => forms.map(([how, wrap]) => ({ driver, how, wrap })));

describe.each(cases)("$driver, which answers $how", ({ driver, wrap }) => {
  async function open(options: Partial<SqliteOptions> = {}, repoOptions: Omit<RepoOptions, "adapter"> = {}): Promise<Opened> {
    const { database = freshSqliteFile() } = options;
    const sent: string[] = [];
    const hook: Opened["hook"] = { before: null };
    const recorded = wrap(
      recording(loadDriver(driver), (sql) => {
        if (/^PRAGMA/.test(sql)) return;
        sent.push(/^[A-Z]+( IMMEDIATE)?/.exec(sql)?.[0] ?? sql);
        hook.before?.(sql);
      }),
    );
    const repo = createRepo({ ...repoOptions, adapter: sqlite({ database, ...options, driver: recorded }) });
    const other = loadDriver(driver).open(database) as SqliteDatabase;
    opened.push(repo, other);
    await createTables(repo, [Album, Track, Note, Cover]);
    await repo.insertAll(Album, [
      { id: 1, title: "one" },
      { id: 2, title: "two" },
    ]);
    await repo.insertAll(Track, [
      { id: 1, name: "a", albumId: 1 },
      { id: 2, name: "b", albumId: 2 },
    ]);
    await repo.insertAll(Note, [{ id: 1, text: "n", length: 1, trackId: 1 }]);
    await repo.insertAll(Cover, [{ id: 1, file: "c", albumId: 1 }]);
    sent.splice(0);
    return { repo, other, sent, hook };
  }
  const nested = from(Album).orderBy("id").preload({ tracks: "notes", cover: true });
  const queries = { preloadStrategy: "queries" } as const;
  /** How many tracks and covers each album has, and how many notes the tracks. */
  const counts = (albums: readonly { tracks: readonly { notes: readonly unknown[] }[]; cover: unknown }[]) =>
    albums.map(({ tracks, cover }) => [tracks.length, tracks.flatMap(({ notes }) => notes).length, cover === null ? 0 : 1]);

  test("one transaction around root and children, also for repo.preload and prepared queries; none around what has no preloads", async () => {
    const { repo, sent } = await open();
    const whole = ["BEGIN", "SELECT", "SELECT", "SELECT", "SELECT", "COMMIT"];
    expect(counts(await repo.all(nested))).toHaveLength(2);
    expect(sent.splice(0)).toEqual(whole);
    const structs = await repo.all(from(Album).orderBy("id"));
    expect(sent.splice(0)).toEqual(["SELECT"]);
    expect(counts(await repo.preload(structs, { tracks: "notes", cover: true }))).toHaveLength(2);
    expect(sent.splice(0)).toEqual(["BEGIN", "SELECT", "SELECT", "SELECT", "COMMIT"]);
    expect(await repo.prepare(() => nested).all({})).toHaveLength(2);
    expect(sent.splice(0)).toEqual(whole);
    await repo.get(nested.exclude("orderBy"), 1, queries);
    expect(sent.splice(0)).toEqual(whole);
    const logged: string[] = [];
    await repo.all(nested, { log: ({ sql }) => void logged.push(sql) });
    expect([sent.splice(0), logged.length]).toEqual([whole, 4]);
  });

  const before = [
    [1, 1, 1],
    [1, 0, 0],
  ];

  test("sees nothing of what another connection writes meanwhile", async () => {
    const { repo, other, hook } = await open();
    const writing = (sql: string) => {
      // Between root and children, and between one child and the next.
      if (/"(tracks|covers)"/.test(sql))
        other.exec("INSERT INTO tracks (name, album_id) VALUES ('late', 1); INSERT INTO covers (file, album_id) VALUES ('late', 2)");
    };
    hook.before = writing;
    expect(counts(await repo.all(nested))).toEqual(before);
    hook.before = null;
    expect(counts(await repo.all(nested))).toEqual([
      [3, 1, 1],
      [1, 0, 1],
    ]);
    // Where statements are logged, other code runs between them.
    const log = () => void other.exec("INSERT INTO tracks (name, album_id) VALUES ('later', 1)");
    expect(counts(await repo.all(nested, { log }))[0]).toEqual([3, 1, 1]);
    expect(counts(await repo.all(nested))[0]).toEqual([7, 1, 1]);
  });

  test("keeps writers away until its end where the file has no WAL", async () => {
    const { repo, other, hook } = await open({ journalMode: "delete" });
    const write = () => other.exec("INSERT INTO tracks (name, album_id) VALUES ('late', 1)");
    let refused = 0;
    hook.before = (sql) => {
      if (!/"(tracks|covers|notes)"/.test(sql)) return;
      expect(write).toThrow(/locked/);
      refused++;
    };
    expect(counts(await repo.all(nested))).toEqual(before);
    expect(refused).toBe(3);
    hook.before = null;
    write();
    expect(counts(await repo.all(nested))[0]).toEqual([2, 1, 1]);
  });

  test("inside a transaction it is a part of it, and sees what that wrote", async () => {
    const { repo, sent } = await open();
    await repo.transaction(async () => {
      await repo.insertAll(Track, [{ name: "own", albumId: 2 }]);
      expect(counts(await repo.all(nested))[1]).toEqual([2, 0, 0]);
    });
    expect(sent.splice(0)).toEqual(["BEGIN IMMEDIATE", "INSERT", "SELECT", "SELECT", "SELECT", "SELECT", "COMMIT"]);
  });

  test("beside a transaction that writes it does not wait, and sees nothing of it", async () => {
    const { repo, sent } = await open();
    const [written, seen] = [signal(), signal()];
    const transaction = repo.transaction(async () => {
      await repo.insertAll(Track, [{ name: "own", albumId: 2 }]);
      written.send();
      await seen.sent;
    });
    await written.sent;
    expect(counts(await repo.all(nested))).toEqual(before);
    seen.send();
    await transaction;
    expect(sent).toEqual(["BEGIN IMMEDIATE", "INSERT", "BEGIN", "SELECT", "SELECT", "SELECT", "SELECT", "COMMIT", "COMMIT"]);
  });

  test("in a checkout likewise, unless SQL began a transaction there", async () => {
    const { repo, sent } = await open();
    await repo.checkout(async () => {
      const [first] = await Promise.all([repo.all(nested), repo.insertAll(Track, [{ name: "own", albumId: 2 }])]);
      expect(counts(first)[1]).toEqual([1, 0, 0]);
      expect(sent.splice(0)).toEqual(["BEGIN", "SELECT", "SELECT", "SELECT", "SELECT", "COMMIT", "INSERT"]);
      await repo.query("BEGIN");
      expect(counts(await repo.all(nested))[1]).toEqual([2, 0, 0]);
      await repo.query("ROLLBACK");
      expect(sent.splice(0)).toEqual(["BEGIN", "SELECT", "SELECT", "SELECT", "SELECT", "ROLLBACK"]);
    });
  });

  test("waits for a file that another connection has locked, and leaves nothing open when it waits in vain", async () => {
    const { repo, other, sent } = await open({ journalMode: "delete" });
    other.exec("BEGIN EXCLUSIVE; INSERT INTO tracks (name, album_id) VALUES ('late', 2)");
    const waiting = repo.all(nested);
    await sleep(5);
    other.exec("COMMIT");
    expect(counts(await waiting)[1]).toEqual([2, 0, 0]);
    other.exec("BEGIN EXCLUSIVE");
    const failed = await repo.all(nested, { timeout: 20 }).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(DatabaseError);
    expect((failed as Error).message).toMatch(/locked by another process/);
    other.exec("COMMIT");
    sent.splice(0);
    // Nobody is in a transaction: writes go through at once.
    await repo.insertAll(Track, [{ name: "x", albumId: 1 }]);
    other.exec("INSERT INTO tracks (name, album_id) VALUES ('y', 1)");
    expect(sent).toEqual(["INSERT"]);
  });

  test.each(["wal", "delete"] as const)("reads and writes of two pools on one file all come through (%s)", async (journalMode) => {
    const database = freshSqliteFile();
    const { repo } = await open({ database, journalMode, busyTimeout: 60_000 });
    const second = createRepo({ adapter: sqlite({ database, journalMode, driver, busyTimeout: 60_000 }) });
    opened.push(second);
    const work = Array.from({ length: 40 }, (_, at) => {
      const own = at % 3 === 0 ? second : repo;
      if (at % 2 === 0) return own.all(nested).then((albums) => albums.length);
      return own.transaction(async () => {
        const albums = await own.all(nested);
        await own.insertAll(Track, [{ name: `t${at}`, albumId: 2 }]);
        return albums.length;
      });
    });
    expect(await Promise.all(work)).toEqual(Array.from({ length: 40 }, () => 2));
    expect(counts(await repo.all(nested))[1]).toEqual([21, 0, 0]);
  });

  test("functions of the caller's own may call the repo, and write: queries beside them see a state each", async () => {
    const { repo, sent } = await open();
    const albums = await repo.all(
      from(Album)
        .orderBy("id")
        .preload({
          tracks: async (ids: number[]) => {
            await repo.transaction(() => repo.insertAll(Track, [{ name: "made", albumId: 2 }]));
            return await repo.all(from(Track).where((t) => t.albumId.in(ids)));
          },
          cover: true,
        }),
    );
    expect(albums.map(({ tracks }) => tracks.length)).toEqual([1, 2]);
    expect(albums[0]?.cover?.file).toBe("c");
    expect(sent.filter((sql) => sql.startsWith("BEGIN"))).toEqual(["BEGIN IMMEDIATE"]);
  });

  test("a function that prepareQuery brings in runs when the transaction is over", async () => {
    const notes = async (ids: number[]) => {
      await repo.insertAll(Track, [{ name: "made", albumId: 1 }]);
      return await repo.all(
        from(Note).where((n) => n.trackId.in(ids)),
        { skip: true } as never,
      );
    };
    const { repo } = await open(
      {},
      {
        prepareQuery: (_, query, options: { skip?: boolean; ectoQuery?: string }, { table }) =>
          table === "tracks" && options.ectoQuery === "preload" ? query.preload({ notes: notes as never }) : query,
      },
    );
    const [one] = await repo.all(from(Album).orderBy("id").preload("tracks"));
    expect(one?.tracks.map((track) => (track as unknown as { notes: unknown[] }).notes.length)).toEqual([1]);
    expect(await repo.aggregate(from(Track), "count")).toBe(3);
  });

  test("an error on the way ends it: of the database, of a value, and by a signal", async () => {
    const { repo, other, sent, hook } = await open();
    other.exec("ALTER TABLE notes RENAME TO gone");
    await expect(repo.all(nested)).rejects.toThrow(/notes/);
    expect(sent.splice(0).at(-1)).toBe("COMMIT");
    other.exec("ALTER TABLE gone RENAME TO notes");
    other.exec("UPDATE notes SET length = 'long'");
    await expect(repo.all(nested)).rejects.toThrow(LoadError);
    expect(sent.splice(0).at(-1)).toBe("COMMIT");
    const controller = new AbortController();
    hook.before = (sql) => {
      if (sql.startsWith("SELECT")) controller.abort();
    };
    await expect(repo.all(nested, { signal: controller.signal })).rejects.toThrow(/abort|signal/i);
    hook.before = null;
    expect(sent.splice(0).at(-1)).toBe("COMMIT");
    await repo.insertAll(Track, [{ name: "x", albumId: 1 }]);
    other.exec("INSERT INTO tracks (name, album_id) VALUES ('y', 1)");
    expect(sent).toEqual(["INSERT"]);
  });

  test("while a stream is open, preloads of its parts are of one state each", async () => {
    const { repo, sent } = await open();
    const seen: number[] = [];
    for await (const album of repo.stream(from(Album).orderBy("id"), { maxRows: 1 })) {
      const { tracks } = await repo.preload(album, { tracks: "notes" });
      seen.push(tracks.length);
      await repo.insertAll(Track, [{ name: "late", albumId: 2 }]);
    }
    expect(seen).toEqual([1, 2]);
    expect(sent.filter((sql) => /^(BEGIN|COMMIT)/.test(sql))).toEqual(["BEGIN", "COMMIT", "BEGIN", "COMMIT"]);
  });

  test("in memory, and with one connection only", async () => {
    for (const options of [{ database: ":memory:" }, { poolSize: 1 }]) {
      const { repo, sent } = await open(options);
      const [albums] = await Promise.all([repo.all(nested), repo.insertAll(Track, [{ name: "x", albumId: 2 }]), repo.all(nested)]);
      expect(counts(albums)).toEqual(before);
      expect(sent.indexOf("INSERT")).toBe(6);
    }
  });
});
