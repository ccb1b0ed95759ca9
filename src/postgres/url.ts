import { ConfigError, didYouMean } from "../core/base/index.ts";

/** What a URL can say; everything else is an option of `postgres()`. */
export interface UrlParts {
  host?: string;
  port?: number;
  user?: string;
  password?: string;
  database?: string;
  ssl?: boolean | { readonly rejectUnauthorized: boolean };
  applicationName?: string;
  connectTimeout?: number;
  poolSize?: number;
  channelBinding?: boolean;
}

const SSL_MODES: Readonly<Record<string, UrlParts["ssl"]>> = {
  disable: false,
  allow: false,
  prefer: false,
  // As libpq has it: the connection is encrypted, and the server's certificate is not checked.
  require: { rejectUnauthorized: false },
  "no-verify": { rejectUnauthorized: false },
  "verify-ca": true,
  "verify-full": true,
};
const PARAMETERS: Readonly<Record<string, (value: string, parts: UrlParts) => void>> = {
  sslmode: (value, parts) => {
    if (!Object.hasOwn(SSL_MODES, value))
      throw new ConfigError(`the URL's sslmode cannot be "${value}". ${didYouMean(value, Object.keys(SSL_MODES))}`);
    parts.ssl = SSL_MODES[value];
  },
  ssl: (value, parts) => {
    parts.ssl = flag("ssl", value);
  },
  application_name: (value, parts) => {
    parts.applicationName = value;
  },
  connect_timeout: (value, parts) => {
    parts.connectTimeout = whole("connect_timeout", value) * 1000;
  },
  pool_size: (value, parts) => {
    parts.poolSize = whole("pool_size", value);
  },
  channel_binding: (value, parts) => {
    parts.channelBinding = value !== "disable";
  },
  // A folder of Unix sockets has slashes, which do not fit where the host stands.
  host: (value, parts) => {
    parts.host = value;
  },
  port: (value, parts) => {
    parts.port = whole("port", value);
  },
};

/**
 * The parts of a URL such as `postgres://user:password@host:5432/database?sslmode=require`; user, password and database are percent-decoded.
 * @throws ConfigError, which never holds the URL, since that holds a password
 */
export function parseUrl(text: string): UrlParts {
  const url = readUrl(text);
  const parts: UrlParts = {};
  if (url.hostname !== "") parts.host = url.hostname.replace(/^\[|\]$/g, "");
  if (url.port !== "") parts.port = Number(url.port);
  if (url.username !== "") parts.user = decode("user", url.username);
  if (url.password !== "") parts.password = decode("password", url.password);
  if (url.pathname.length > 1) parts.database = decode("database", url.pathname.slice(1));
  for (const [name, value] of url.searchParams) {
    const read = Object.hasOwn(PARAMETERS, name) ? PARAMETERS[name] : undefined;
    if (read === undefined)
      throw new ConfigError(`the URL of PostgreSQL has an unknown parameter "${name}". ${didYouMean(name, Object.keys(PARAMETERS))}`);
    read(value, parts);
  }
  return parts;
}

function readUrl(text: string): URL {
  let url: URL | null = null;
  try {
    url = new URL(text);
  } catch {
    // The error of URL quotes the whole text, a password too: the one below does not.
  }
  if (url === null || !["postgres:", "postgresql:", "ecto:"].includes(url.protocol)) {
    throw new ConfigError(
      'the option url of postgres() is not a URL of PostgreSQL: it looks like "postgres://user:password@localhost:5432/database". Write signs such as @ / : # in the password as %40 %2F %3A %23',
    );
  }
  return url;
}

function decode(part: string, text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ConfigError(
      `the ${part} in the URL of PostgreSQL has a % that is not followed by two hexadecimal digits: write the sign % as %25`,
    );
  }
}

function flag(name: string, value: string): boolean {
  if (value !== "true" && value !== "false") throw new ConfigError(`the URL's ${name} is true or false, not "${value}"`);
  return value === "true";
}

function whole(name: string, value: string): number {
  if (!/^\d{1,9}$/.test(value)) throw new ConfigError(`the URL's ${name} is a whole number, not "${value}"`);
  return Number(value);
}
