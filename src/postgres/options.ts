import { ConfigError, didYouMean } from "../core/base/index.ts";
import type { PostgresConnectOptions, PostgresDriver } from "./drivers/driver.ts";
import { pgDriver } from "./drivers/pg.ts";
import { parseUrl } from "./url.ts";

/** What a function that runs on every new connection gets. */
export interface NewConnection {
  query(sql: string, params?: readonly unknown[]): Promise<unknown>;
}

/** How many connections there are, and how long they are kept. */
export interface PoolOptions {
  /** Connections at most. Default 10. */
  readonly size?: number;
  /** Milliseconds to wait for a free one; Infinity for no limit. Default 15,000. */
  readonly timeout?: number;
  /** Milliseconds after which an unused one is closed; 0 or Infinity for never. Default 30,000. */
  readonly idleTimeout?: number;
  /** Milliseconds after which a connection is replaced by a new one, up to a tenth earlier; 0 or Infinity for never. Default 1,800,000. */
  readonly maxLifetime?: number;
}

/** What `postgres()` takes. What the URL says goes before the other options; what neither says is read from PGHOST and its like. */
export interface PostgresOptions {
  readonly url?: string | undefined;
  /** A name, an address, or the folder of a Unix socket. */
  readonly host?: string | undefined;
  readonly port?: number;
  readonly user?: string | undefined;
  readonly password?: string | (() => string | Promise<string>) | undefined;
  readonly database?: string | undefined;
  /** `true` checks the server's certificate; an object goes to Node's `tls.connect`. */
  readonly ssl?: boolean | Readonly<Record<string, unknown>>;
  /** What talks to the server. Default: the package `pg`. */
  readonly driver?: "pg" | PostgresDriver;
  readonly pool?: PoolOptions;
  /** Sends statements without waiting for the answers to those before. Default true. */
  readonly pipeline?: boolean;
  /** Milliseconds after which the server gives a statement up. Default: never. */
  readonly statementTimeout?: number;
  /** Milliseconds to wait for a new connection. Default 10,000. */
  readonly connectTimeout?: number;
  readonly applicationName?: string;
  /** Settings of every connection, such as `{ search_path: "app" }`. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Runs on every new connection before it is used. */
  readonly afterConnect?: (connection: NewConnection) => unknown;
  /** The database to connect to for creating and dropping the other. Default "postgres". */
  readonly maintenanceDatabase?: string;
  /** Of a new database. Default "UTF8". */
  readonly encoding?: string;
  readonly template?: string;
  readonly lcCollate?: string;
  readonly lcCtype?: string;
}

export interface PostgresConfig extends Omit<PostgresConnectOptions, "parserOf"> {
  readonly driver: PostgresDriver;
  readonly pool: Required<PoolOptions>;
  readonly statementTimeout: number;
  readonly parameters: Readonly<Record<string, string>>;
  readonly afterConnect: ((connection: NewConnection) => unknown) | null;
  readonly maintenanceDatabase: string;
  readonly create: {
    readonly encoding: string;
    readonly template?: string | undefined;
    readonly lcCollate?: string | undefined;
    readonly lcCtype?: string | undefined;
  };
}

const KINDS: Readonly<Record<keyof PostgresOptions, string>> = {
  url: "string",
  host: "string",
  port: "whole",
  user: "string",
  password: "string or function",
  database: "string",
  ssl: "boolean or object",
  driver: "string or object",
  pool: "object",
  pipeline: "boolean",
  statementTimeout: "time",
  connectTimeout: "time",
  applicationName: "string",
  parameters: "object",
  afterConnect: "function",
  maintenanceDatabase: "string",
  encoding: "string",
  template: "string",
  lcCollate: "string",
  lcCtype: "string",
};
const MAX_PORT = 65_535;
const POOL_KINDS: Readonly<Record<keyof PoolOptions, string>> = {
  size: "whole",
  timeout: "time",
  idleTimeout: "time",
  maxLifetime: "time",
};

/** Checks the options and fills in the defaults. @throws ConfigError naming the option, never its value */
export function resolveOptions(options: PostgresOptions): PostgresConfig {
  if (typeof options !== "object" || options === null) {
    throw new ConfigError('postgres() takes options: postgres({ url: "postgres://user:password@localhost:5432/database" })');
  }
  checkValues("postgres()", options, KINDS);
  const pool = options.pool ?? {};
  checkValues("postgres({ pool })", pool, POOL_KINDS);
  const url = options.url === undefined ? {} : parseUrl(options.url);
  const user = url.user ?? options.user ?? process.env.PGUSER ?? process.env.USER ?? "postgres";
  const size = url.poolSize ?? pool.size ?? 10;
  if (size < 1) throw new ConfigError("the option pool.size of postgres() is at least 1");
  const port = url.port ?? options.port ?? Number(process.env.PGPORT ?? 5432);
  if (!(port <= MAX_PORT)) throw new ConfigError(`the option port of postgres() is a number up to ${MAX_PORT}`);
  const driver = driverOf(options.driver);
  for (const name of driver.unsupported ?? [])
    if (options[name as keyof PostgresOptions] !== undefined)
      throw new ConfigError(`the driver ${driver.name} does not take the option ${name} of postgres(): leave it away`);
  return {
    driver,
    host: url.host ?? options.host ?? process.env.PGHOST ?? "localhost",
    port,
    user,
    password: url.password ?? options.password ?? process.env.PGPASSWORD,
    database: url.database ?? options.database ?? process.env.PGDATABASE ?? user,
    ssl: url.ssl ?? options.ssl,
    channelBinding: url.channelBinding ?? false,
    pool: {
      size: Math.min(size, driver.maxConnections ?? size),
      timeout: pool.timeout ?? 15_000,
      idleTimeout: finite(pool.idleTimeout ?? 30_000),
      maxLifetime: pool.maxLifetime === 0 ? Infinity : (pool.maxLifetime ?? 1_800_000),
    },
    pipeline: driver.pipelining !== false && (options.pipeline ?? true),
    statementTimeout: finite(options.statementTimeout ?? 0),
    connectTimeout: finite(url.connectTimeout ?? options.connectTimeout ?? 10_000),
    applicationName: url.applicationName ?? options.applicationName,
    parameters: options.parameters ?? {},
    afterConnect: options.afterConnect ?? null,
    maintenanceDatabase: options.maintenanceDatabase ?? "postgres",
    create: { encoding: options.encoding ?? "UTF8", template: options.template, lcCollate: options.lcCollate, lcCtype: options.lcCtype },
  };
}

/** Milliseconds, where 0 is no limit: as is what neither a timer nor the server can count to. */
function finite(milliseconds: number): number {
  return milliseconds > 2 ** 31 - 1 ? 0 : Math.ceil(milliseconds);
}

function checkValues(owner: string, options: object, kinds: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(options)) {
    const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
    if (kind === undefined) throw new ConfigError(`${owner} has no option "${name}". ${didYouMean(name, Object.keys(kinds))}`);
    if (value === undefined) continue;
    if (kind === "time") {
      if (!(typeof value === "number" && value >= 0))
        throw new ConfigError(`the option ${name} of ${owner} is a number of milliseconds from 0 on, or Infinity for no limit`);
    } else if (!kind.split(" or ").some((one) => isOf(value, one))) {
      throw new ConfigError(`the option ${name} of ${owner} is ${article(kind.replace("whole", "whole number"))}`);
    }
  }
}

function article(kind: string): string {
  return `${/^[aeiou]/.test(kind) ? "an" : "a"} ${kind}`;
}

/** Whether a value is what the table of options says: a whole number, or of a type of JavaScript. */
function isOf(value: unknown, kind: string): boolean {
  if (kind === "whole") return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
  return value !== null && typeof value === kind;
}

function driverOf(driver: PostgresOptions["driver"]): PostgresDriver {
  if (driver === undefined || driver === "pg") return pgDriver;
  if (typeof driver === "string") throw new ConfigError(`postgres() has no driver "${driver}": leave the option driver away for pg`);
  if (typeof driver.name !== "string" || typeof driver.connect !== "function")
    throw new ConfigError(
      "the option driver of postgres() is an object with a name and a function connect(options, onEnd): see docs/drivers.md",
    );
  return driver;
}

/** What every new connection is told, so that values come as the codecs read them, whatever the server's settings. */
export function setupSql(config: PostgresConfig): string {
  const settings: Record<string, string> = {
    TimeZone: "UTC",
    DateStyle: "ISO",
    IntervalStyle: "iso_8601",
    bytea_output: "hex",
    ...(config.statementTimeout > 0 ? { statement_timeout: String(config.statementTimeout) } : {}),
  };
  const own = Object.keys(config.parameters).map(
    (name) => `set_config(${literal(name)}, ${literal(config.parameters[name] ?? "")}, false)`,
  );
  const fixed = Object.entries(settings).map(([name, value]) => `set_config('${name}', '${value}', false)`);
  return `SELECT ${[...own, ...fixed].join(", ")}`;
}

function literal(text: string): string {
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return text.includes("\\") ? ` E${quoted.replaceAll("\\", "\\\\")}` : quoted;
}

/** Where the database is, for messages. */
export function addressOf({ driver, host, port }: Pick<PostgresConfig, "driver" | "host" | "port">): string {
  if (driver.address !== undefined) return driver.address;
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
