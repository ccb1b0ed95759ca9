import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const bench = join(dirname(fileURLToPath(import.meta.url)), "..");
const PROVIDERS = ["sqlite", "postgresql"];

/**
 * Prisma's client, which is generated code: for each database one of its own, in `out/prisma`. The generator is the one without engines, whose
 * query compiler is WebAssembly out of the package. The command line would still download an engine for migrations at its start, which
 * nothing here uses: it is told that there is one.
 * @param {string} out
 * @param {string} [models] the schema without generator and datasource
 */
export async function generatePrisma(out, models = readFileSync(join(bench, "prisma/models.prisma"), "utf8")) {
  for (const provider of PROVIDERS) {
    const folder = join(out, "prisma", provider);
    rmSync(folder, { recursive: true, force: true });
    generate(folder, provider, models, provider === "postgresql" ? ["relationJoins"] : []);
    await build({
      absWorkingDir: bench,
      entryPoints: [join(folder, "client/client.ts")],
      outfile: join(folder, "client.js"),
      bundle: true,
      format: "esm",
      platform: "node",
      target: "es2022",
      packages: "external",
      logLevel: "warning",
    });
  }
}

/**
 * Writes the client as TypeScript.
 * @param {string} folder
 * @param {string} provider
 * @param {string} models
 * @param {string[]} [previews] features that are not on by themselves
 */
export function generate(folder, provider, models, previews = []) {
  mkdirSync(folder, { recursive: true });
  const schema = join(folder, "schema.prisma");
  const generator = `generator client {\n  provider = "prisma-client"\n  output = "./client"\n  runtime = "nodejs"\n  moduleFormat = "esm"\n  previewFeatures = ${JSON.stringify(previews)}\n}\n`;
  writeFileSync(schema, `${generator}datasource db {\n  provider = "${provider}"\n}\n${models}`);
  const cli = join(bench, "node_modules/prisma/build/index.js");
  if (!existsSync(cli)) throw new Error("prisma is not installed: npm ci in bench");
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, "generate", "--schema", schema], {
    cwd: bench,
    encoding: "utf8",
    timeout: 120_000,
    env: { ...process.env, CHECKPOINT_DISABLE: "1", PRISMA_HIDE_UPDATE_MESSAGE: "1", PRISMA_SCHEMA_ENGINE_BINARY: process.execPath },
  });
  if (status !== 0) throw new Error(`prisma generate failed for ${provider}: ${stderr || stdout}`);
}
