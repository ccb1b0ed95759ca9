import { beforeAll, describe, expect, test } from "vitest";
import { freshPostgresUrl } from "../support/databases.ts";
import { buildPackage, CHARACTERS, MOVIES, newProject, SCHEMAS, type Workplace } from "./support.ts";

// Migrations that take their time, one of them outside of a transaction.
const SLOW = `import { migration } from "ectype/migration";
export default migration({
  transaction: false,
  async up(m) {
    m.createTable("slow", (t) => t.add("name", "string"));
    await new Promise((done) => setTimeout(done, 200));
  },
  down(m) {
    m.dropTable("slow");
  },
});
`;

describe.each(["sqlite", "postgres"] as const)("several processes at once on %s", (database) => {
  let place: Workplace;
  beforeAll(async () => {
    place = await newProject(buildPackage());
    if (database === "postgres") place.env.DATABASE_URL = await freshPostgresUrl();
    place.write({
      ...SCHEMAS,
      "db/migrations/20260101000001_create_movies.ts": MOVIES,
      "db/migrations/20260101000002_slow.ts": SLOW,
      "db/migrations/20260101000003_create_characters.ts": CHARACTERS,
    });
  });

  test("run each migration once", async () => {
    const outcomes = await Promise.all([1, 2, 3].map(() => place.run(["migrate"])));
    expect(outcomes.map(({ code, stderr }) => [code, stderr])).toEqual([1, 2, 3].map(() => [0, ""]));
    const ran = outcomes.flatMap(({ stdout }) => stdout.split("\n").filter((line) => line.includes("== Running")));
    expect(ran.map((line) => line.replace(/^.*Running (\d+) .*$/, "$1")).sort()).toEqual([
      "20260101000001",
      "20260101000002",
      "20260101000003",
    ]);
  });

  test("write without losing or failing a write", async () => {
    const script = `
      for (let i = 0; i < 40; i++) {
        await repo.transaction(async () => {
          const known = await repo.aggregate(Movie, "count");
          await repo.insertOrThrow(Movie.build({ title: String(known), characters: [Character.build({ name: "x" })] }));
        });
      }
    `;
    const outcomes = await Promise.all([1, 2, 3].map(() => place.run(["console", "--eval", script])));
    expect(outcomes.map(({ code, stderr }) => [code, stderr])).toEqual([1, 2, 3].map(() => [0, ""]));
    const counts = 'Promise.all([repo.aggregate(Movie, "count"), repo.aggregate(Character, "count")])';
    expect(await place.ok(["console", "--eval", counts])).toBe("[120, 120]\n");
  });
});
