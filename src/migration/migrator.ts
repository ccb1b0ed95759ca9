// Which migrations run, in which order: `migrate`, `rollback` and their like, under the lock and with the ledger.
import { checkOptions, ArgumentError, ConnectionError, MigrationError } from "../core/base/index.ts";
import type { LockOptions, MigrationConnection, MigrationPool, MigrationPort } from "../core/adapter/index.ts";
import { checkMigrationConfig, CONFIG_KEYS, type MigrationConfig } from "../core/ddl/index.ts";
import { inTransaction, withConnection } from "./connection.ts";
import { checkNames, findMigrations, migrationsPath } from "./files.ts";
import type { MigrationSource } from "./files.ts";
import { Ledger } from "./ledger.ts";
import type { Migration } from "./migration.ts";
import { RUN_KEYS, SOURCE_KEYS, versionOf } from "./options.ts";
import type { MigrationEntry, MigrationRepo, RunOptions, SourceOptions } from "./options.ts";
import { runMigration } from "./runner.ts";

type Direction = "up" | "down";
/** A migration's state; of a version that has run but is in no file, the name is `** FILE NOT FOUND **`. */
export interface MigrationStatus {
  readonly status: Direction;
  readonly version: number;
  readonly name: string;
}

/** Where migrations come from, ahead of the options, as Ecto's migrator takes it: a folder, or the migrations themselves. */
type Migrations = string | readonly MigrationEntry[];

function optionsOf<O extends SourceOptions>(given: Migrations | O, options: O | undefined): O {
  if (typeof given === "string") return { ...(options as O), dir: given };
  return Array.isArray(given) ? { ...(options as O), migrations: given as readonly MigrationEntry[] } : (given as O);
}

/**
 * Runs the migrations that have not run yet, oldest first.
 * @param repo a repo, or an object with an adapter
 * @param options which ones (`all` unless `step`, `to` or `toExclusive` is given) and from where: `dir` or `migrations`
 * @returns the versions that ran, in order
 * @throws MigrationError where one cannot be loaded, in which case none has run, or fails, in which case those before it have
 * @throws ArgumentError for an unknown option
 * @example const first = migration({ change: (m) => m.createTable("prizes", (t) => t.add("name", "string")) });
 * await migrate(repo, { migrations: [[20261122000000, first]], quiet: true }) // => [20261122000000]
 * @see Ecto.Migrator.run/4
 */
export function migrate(repo: MigrationRepo, options: RunOptions | Migrations = {}, more?: RunOptions): Promise<number[]> {
  return runAll("up", repo, optionsOf(options, more), { all: true });
}

/**
 * Undoes migrations that have run, newest first.
 * @param options which ones: the last one unless `step`, `to`, `toExclusive` or `all` is given; and from where: `dir` or `migrations`
 * @returns the versions that were rolled back, in order
 * @throws MigrationError where one cannot be found, loaded, reversed or run; where it is not found, nothing is undone
 * @throws ArgumentError for an unknown option
 * @example const first = migration({ change: (m) => m.createTable("prizes", (t) => t.add("name", "string")) });
 * await rollback(repo, { migrations: [[20261122000000, first]], quiet: true }) // => [20261122000000]
 * @see Ecto.Migrator.run/4
 */
export function rollback(repo: MigrationRepo, options: RunOptions | Migrations = {}, more?: RunOptions): Promise<number[]> {
  return runAll("down", repo, optionsOf(options, more), { step: 1 });
}

/**
 * Runs one migration, whatever comes before it.
 * @param version a number such as 20261122000000
 * @returns `"ok"`, or `"alreadyUp"`
 * @throws MigrationError where it fails
 * @example const index = migration({ change: (m) => m.createIndex("movies", "rating") });
 * await migrateUp(repo, 20261123000000, index, { quiet: true }) // => "ok"
 * @see Ecto.Migrator.up/4
 */
export function migrateUp(
  repo: MigrationRepo,
  version: number,
  migration: Migration,
  options: RunOptions = {},
): Promise<"ok" | "alreadyUp"> {
  return runOne("up", repo, version, migration, options).then((ran) => (ran ? "ok" : "alreadyUp"));
}

/**
 * Undoes one migration, whatever came after it.
 * @param version a number such as 20261122000000
 * @returns `"ok"`, or `"alreadyDown"`
 * @throws MigrationError where it cannot be reversed, or fails
 * @example const index = migration({ change: (m) => m.createIndex("movies", "price") });
 * await migrateDown(repo, 20261124000000, index, { quiet: true }) // => "alreadyDown"
 * @see Ecto.Migrator.down/4
 */
export function migrateDown(
  repo: MigrationRepo,
  version: number,
  migration: Migration,
  options: RunOptions = {},
): Promise<"ok" | "alreadyDown"> {
  return runOne("down", repo, version, migration, options).then((ran) => (ran ? "ok" : "alreadyDown"));
}

/**
 * All migrations and whether they have run, oldest first.
 * @param given a folder, the migrations themselves, or options
 * @throws MigrationError where a version is there twice
 * @example const first = migration({ change: () => {} });
 * (await migrations(repo, { migrations: [[20261125000000, first]] })).at(-1)?.status // => "down"
 * @see Ecto.Migrator.migrations/2
 */
export async function migrations(
  repo: MigrationRepo,
  given: SourceOptions | Migrations = {},
  more?: SourceOptions,
): Promise<MigrationStatus[]> {
  const options = optionsOf(given, more);
  portOf(repo);
  checkOptions("migrations()", options, SOURCE_KEYS);
  const found = findMigrations(options);
  const versions = await migratedVersions(repo, options);
  const applied = new Set(versions);
  const known = new Set(found.map(({ version }) => version));
  const list: MigrationStatus[] = found.map(({ version, name }) => ({ status: applied.has(version) ? "up" : "down", version, name }));
  for (const version of versions) {
    if (!known.has(version)) list.push({ status: "up", version, name: "** FILE NOT FOUND **" });
  }
  return list.sort((a, b) => a.version - b.version);
}

/**
 * The versions that have run, oldest first.
 * @throws ArgumentError for an unknown option
 * @example (await migratedVersions(repo)).includes(20261126000000) // => false
 * @see Ecto.Migrator.migrated_versions/2
 */
export async function migratedVersions(repo: MigrationRepo, options: SourceOptions = {}): Promise<number[]> {
  portOf(repo);
  checkOptions("migratedVersions()", options, SOURCE_KEYS);
  return await withSetup(repo, options, (setup) => withConnection(setup.pool, (connection) => setup.ledger.versions(connection)));
}

interface Setup {
  readonly repo: MigrationRepo;
  readonly port: MigrationPort;
  readonly pool: MigrationPool;
  readonly ledger: Ledger;
  readonly config: MigrationConfig;
  readonly options: RunOptions;
  readonly log: (line: string) => void;
}

function portOf(repo: MigrationRepo): MigrationPort {
  const port = repo?.adapter?.migrationPort;
  if (port === undefined) throw new ArgumentError("migrations run on a repo, or on an object with an adapter: { adapter: sqlite({ … }) }");
  return port;
}

async function withSetup<T>(repo: MigrationRepo, options: RunOptions, fn: (setup: Setup) => Promise<T>): Promise<T> {
  const port = portOf(repo);
  if (repo.inTransaction?.() === true)
    throw new MigrationError("migrations have transactions of their own: run them outside of repo.transaction()");
  if (repo.migrationConfig !== undefined) {
    checkOptions("migrationConfig", repo.migrationConfig, CONFIG_KEYS);
    checkMigrationConfig("migrationConfig", repo.migrationConfig);
  }
  checkMigrationConfig("the options of a migration run", options);
  const config = { ...repo.migrationConfig, ...options };
  const own = repo.pool === undefined;
  const pool = repo.pool === undefined ? repo.adapter.open() : repo.pool();
  try {
    const ledger = new Ledger(port, { name: config.migrationSource ?? "schema_migrations", prefix: options.prefix ?? null });
    await ledger.ensure(pool);
    return await fn({ repo, port, pool, ledger, config, options, log: logger(options) });
  } finally {
    if (own) await pool.close();
  }
}

function logger({ quiet, log }: RunOptions): (line: string) => void {
  if (quiet === true) return () => {};
  return log ?? ((line) => console.log(line));
}

async function runAll(direction: Direction, repo: MigrationRepo, options: RunOptions, otherwise: RunOptions): Promise<number[]> {
  const what = direction === "up" ? "migrate()" : "rollback()";
  portOf(repo);
  checkOptions(what, options, RUN_KEYS);
  const choose = strategy(what, direction, options, otherwise);
  const found = findMigrations(options);
  return withSetup(repo, options, async (setup) => {
    const applied = new Set(await withConnection(setup.pool, (connection) => setup.ledger.versions(connection)));
    const pending = choose(direction === "up" ? found.filter((one) => !applied.has(one.version)) : undoable(found, applied, options));
    checkNames(pending);
    const loaded: [MigrationSource, Migration][] = [];
    for (const source of pending) loaded.push([source, await source.load()]);
    if (loaded.length === 0) setup.log(`[info] Migrations already ${direction}`);
    const ran: number[] = [];
    for (const [source, migration] of loaded) {
      if (await perform(setup, direction, source.version, source.name, migration)) ran.push(source.version);
    }
    return ran;
  });
}

/** What has run, newest first. One that cannot be found stands among them: to undo another in its place would leave the database half-way. */
function undoable(
  found: readonly MigrationSource[],
  applied: ReadonlySet<number>,
  { dir, migrations: given }: RunOptions,
): MigrationSource[] {
  const known = new Map(found.map((one) => [one.version, one]));
  const where = given !== undefined ? "the migrations that were given" : [dir ?? migrationsPath()].flat().join(", ");
  const lost = (version: number): MigrationSource => ({
    version,
    name: "",
    load: () =>
      Promise.reject(
        new MigrationError(
          `the migration ${version} has run and would be undone now, but it is not in ${where}. Nothing was undone. Bring it back from version control or another branch; where it is gone for good, delete its version from the table of migrations`,
        ),
      ),
  });
  return [...applied].sort((a, b) => b - a).map((version) => known.get(version) ?? lost(version));
}

/** Which of the candidates, in their order of running, are to run. */
function strategy(
  what: string,
  direction: Direction,
  options: RunOptions,
  otherwise: RunOptions,
): (candidates: MigrationSource[]) => MigrationSource[] {
  const given = (["all", "step", "to", "toExclusive"] as const).filter((key) => options[key] !== undefined && options[key] !== false);
  if (given.length > 1) throw new ArgumentError(`${what} takes one of all, step, to and toExclusive, not ${given.join(", ")}`);
  const { all, step, to, toExclusive } = given.length === 0 ? otherwise : options;
  if (all) return (candidates) => candidates;
  if (step !== undefined) {
    if (!Number.isSafeInteger(step) || step < 0)
      throw new ArgumentError(`${what}: step must be a number of migrations, not ${String(step)}`);
    return (candidates) => candidates.slice(0, step);
  }
  const target = versionOf(`${what}: ${to === undefined ? "toExclusive" : "to"}`, to ?? toExclusive ?? "");
  return (candidates) =>
    candidates.filter(
      ({ version }) => (to !== undefined && version === target) || (direction === "up" ? version < target : version > target),
    );
}

async function runOne(
  direction: Direction,
  repo: MigrationRepo,
  version: number,
  migration: Migration,
  options: RunOptions,
): Promise<boolean> {
  portOf(repo);
  checkOptions(direction === "up" ? "migrateUp()" : "migrateDown()", options, RUN_KEYS);
  const [source] = findMigrations({ migrations: [[version, migration]] });
  return withSetup(repo, options, (setup) => perform(setup, direction, version, source?.name ?? "", migration));
}

/** Runs a migration under the lock, unless it turns out there that another migrator has. */
async function perform(setup: Setup, direction: Direction, version: number, name: string, migration: Migration): Promise<boolean> {
  const { pool, port, ledger, config } = setup;
  const lock: LockOptions | null =
    migration.lock === false || config.migrationLock === false
      ? null
      : {
          table: ledger.table,
          retryInterval: config.migrationLockRetryInterval ?? 100,
          maxTries: config.migrationLockMaxTries ?? Number.POSITIVE_INFINITY,
        };
  const transactional = port.supportsDdlTransactions && migration.transaction !== false;
  const lockedByBegin = transactional && config.migrationLock !== "advisory";
  return withConnection(pool, async (connection) => {
    const unlock = lock !== null && !lockedByBegin ? await port.lock(connection, lock) : null;
    let ran: boolean;
    try {
      const body = () =>
        runOn(setup, connection, transactional, () => attempt(setup, connection, transactional, direction, version, name, migration));
      ran = transactional
        ? await inTransaction(
            connection,
            () => port.begin(connection, lockedByBegin ? lock : null),
            body,
            (error) => commitFailure(setup, version, name, error),
          )
        : await body();
    } catch (error) {
      // What went wrong in the migration says more than that the lock could not be given back, which ends with the connection.
      await unlock?.().catch(() => {});
      throw error;
    }
    await unlock?.().catch((error: unknown) => {
      setup.log(
        `[warning] The lock of migration ${version}_${name} ends with its connection, since it could not be given back: ${reasonOf(error)}`,
      );
      connection.release(error);
    });
    return ran;
  });
}

/** A COMMIT that was refused has undone everything; one without an answer may have been done or not. */
function commitFailure({ repo, ledger }: Setup, version: number, name: string, error: unknown): MigrationError {
  const told = repo.adapter.wrapError?.(error, "COMMIT") ?? error;
  const outcome =
    told instanceof ConnectionError
      ? `the connection broke while it was being committed, so that its outcome is unknown. It is done where "${ledger.table.name}" has its version, and undone where not: migrating again looks there`
      : `its COMMIT was refused: ${reasonOf(told)}. It was rolled back: nothing of it is left`;
  return new MigrationError(`migration ${version}_${name}: ${outcome}`, { cause: told });
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function runOn<T>({ repo }: Setup, connection: MigrationConnection, transactional: boolean, fn: () => Promise<T>): Promise<T> {
  return repo.runOn === undefined ? fn() : repo.runOn(connection, transactional, fn);
}

async function attempt(
  setup: Setup,
  connection: MigrationConnection,
  transactional: boolean,
  direction: Direction,
  version: number,
  name: string,
  migration: Migration,
): Promise<boolean> {
  const { repo, port, ledger, config, options, log } = setup;
  const versions = await ledger.versions(connection);
  if (versions.includes(version) === (direction === "up")) return false;
  if (direction === "up") checkOrder(setup, version, name, versions);
  await runMigration({
    repo,
    port,
    connection,
    direction,
    version,
    name,
    migration,
    config,
    log,
    inTransaction: transactional,
    prefix: options.prefix ?? null,
    logSql: options.logSql === true,
  });
  if (!transactional) await checkLeftOpen(connection, version, name);
  try {
    if (direction === "up") await ledger.add(connection, version);
    else await ledger.remove(connection, version);
  } catch (error) {
    const left = transactional ? "It was rolled back: nothing of it is left." : "What it did stays, since it ran without a transaction.";
    throw new MigrationError(
      `migration ${version}_${name} ran, but "${ledger.table.name}" could not be told: ${reasonOf(error)}\n${left}`,
      { cause: error },
    );
  }
  return true;
}

/** Where no transaction is around it, a migration may have begun one with SQL, which nobody would commit. */
async function checkLeftOpen(connection: MigrationConnection, version: number, name: string): Promise<void> {
  if (await connection.rollbackOpen?.())
    throw new MigrationError(
      `migration ${version}_${name} began a transaction with SQL and left it open, so that was rolled back: end it with COMMIT. What ran outside of it stays`,
    );
}

function checkOrder({ options, log }: Setup, version: number, name: string, applied: readonly number[]): void {
  const newest = applied.at(-1);
  if (newest === undefined || newest < version) return;
  const message = `migration ${version}_${name} is older than ${newest}, which has run already.`;
  if (options.strictVersionOrder === true) throw new MigrationError(`${message} Give it a newer version, or leave strictVersionOrder away`);
  log(`[warning] ${message} It may behave differently on databases that have it the other way round.`);
}
