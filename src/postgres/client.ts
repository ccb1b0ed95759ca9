import { ConfigError } from "../core/base/index.ts";
import { place, type PostgresConfig } from "./options.ts";
import { valueParsers } from "./parsers.ts";

// The part of pg that is used; its own types must not reach the declarations of this package.
export interface PgClient {
  readonly processID: number | null;
  readonly secretKey: number | null;
  connect(): Promise<unknown>;
  query(query: PgQuery, values: undefined, callback: (error: Error | null, result: PgResult | readonly PgResult[]) => void): void;
  /** I: no transaction; T: in one; E: in one that failed. */
  getTransactionStatus(): string | null;
  on(event: "error" | "end", listener: (error?: Error) => void): unknown;
  ref(): void;
  unref(): void;
  end(): Promise<void>;
}
export interface PgQuery {
  readonly text: string;
  readonly values?: readonly unknown[];
  readonly name?: string;
  /** "extended": exactly one statement, which the protocol itself sees to. */
  readonly queryMode?: "extended";
  readonly rowMode: "array";
  readonly types: typeof valueParsers;
}
export interface PgResult {
  readonly command: string;
  readonly rowCount: number | null;
  readonly rows: unknown[][];
  readonly fields: readonly { readonly name: string }[];
}
interface PgConnection {
  readonly stream: { destroy(): void };
  /** The texts of prepared statements by their names. */
  readonly parsedStatements: Record<string, string>;
  /** Sends that a prepared statement is not needed any more; its answer comes with the next statement's. */
  close(statement: { readonly type: "S"; readonly name: string }): void;
  once(event: "readyForQuery" | "end", listener: () => void): unknown;
  off(event: "readyForQuery" | "end", listener: () => void): unknown;
}
type ClientClass = new (config: Readonly<Record<string, unknown>>) => PgClient & { readonly connection: PgConnection };

export type OpenClient = InstanceType<ClientClass>;

/** A client that is not connected yet. @throws ConfigError where pg is missing */
export async function makeClient(config: PostgresConfig, database: string): Promise<OpenClient> {
  const Client = await loadPg();
  return new Client({
    host: config.host,
    port: config.port,
    user: config.user,
    password: config.password,
    database,
    ssl: config.ssl,
    enableChannelBinding: config.channelBinding,
    application_name: config.applicationName,
    connectionTimeoutMillis: config.connectTimeout,
    keepAlive: true,
    pipeline: config.pipeline,
    types: valueParsers,
  });
}

async function loadPg(): Promise<ClientClass> {
  try {
    const pg = (await import("pg")) as unknown as { readonly default?: { readonly Client: ClientClass }; readonly Client?: ClientClass };
    return (pg.default ?? (pg as { Client: ClientClass })).Client;
  } catch (error) {
    throw new ConfigError(
      isMissing(error)
        ? 'PostgreSQL needs a driver: run "npm install pg".'
        : `The driver pg is there but does not load: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
}

/** Whether it is pg itself that was not found, and not something that pg needs. */
function isMissing(error: unknown): boolean {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  return (code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND") && /'pg'|"pg"/.test(String(message));
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

/** For messages: who connects, and where; never a password. */
export function whoAndWhere(config: PostgresConfig): string {
  return `"${config.user}" at ${place(config)}`;
}
