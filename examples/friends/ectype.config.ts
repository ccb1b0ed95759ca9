import { defineConfig } from "ectype/config";

export default defineConfig({
  repo: "./src/repo.ts",
  schemas: "./src/schemas/*.ts",
  migrations: "db/migrations",
});
