import { AbortedError, belongsTo, createRepo, field, hasMany, hasOne, schema } from "ectype";
import { postgres } from "ectype/postgres";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { pgDriver } from "../../../src/postgres/drivers/pg.ts";
import { freshPostgresUrl } from "../../support/databases.ts";

// Each statement of a graph has the time of the call, so that there may be a request to cancel for each, and one for all of them.

class Ship extends schema("ships", { name: field.string(), crew: () => hasMany(Sailor), anchor: () => hasOne(Anchor) }) {}
class Sailor extends schema("sailors", { name: field.string(), ship: () => belongsTo(Ship) }) {}
class Anchor extends schema("anchors", { name: field.string(), ship: () => belongsTo(Ship) }) {}

const repos: ReturnType<typeof createRepo>[] = [];
afterEach(async () => {
  for (const repo of repos.splice(0)) await repo.close();
});

/** A repo whose requests to cancel are on their way the longer, the more there have been. */
async function slowToCancel() {
  let cancels = 0;
  const driver: typeof pgDriver = {
    ...pgDriver,
    async connect(options, onEnd) {
      const connection = await pgDriver.connect(options, onEnd);
      const cancel = connection.cancel?.bind(connection);
      connection.cancel = async () => {
        await sleep(200 * ++cancels);
        await cancel?.();
      };
      return connection;
    },
  };
  const repo = createRepo({ adapter: postgres({ url: await freshPostgresUrl(), driver, pool: { size: 1 } }) });
  repos.push(repo);
  for (const table of ["ships", "sailors", "anchors"])
    await repo.query(`create table ${table} (id bigserial primary key, name text, ship_id bigint)`);
  await repo.query(
    "create function slow() returns trigger language plpgsql as $$ begin if new.name = 'slow' then perform pg_sleep(60); end if; return new; end $$",
  );
  await repo.query("create trigger slow before insert on sailors for each row execute function slow()");
  return repo;
}

test("a request to cancel that comes late does not hit what comes after the graph that was given up", async () => {
  const repo = await slowToCancel();
  await repo.transaction(async () => {
    const ship = Ship.build({ name: "a", crew: [Sailor.build({ name: "slow" })], anchor: Anchor.build({ name: "x" }) });
    await expect(repo.insert(ship, { timeout: 400 })).rejects.toThrow(AbortedError);
    await repo.query("select pg_sleep(0.8)");
    await repo.insertOrThrow(Ship.build({ name: "b" }));
  });
  expect((await repo.all(Ship)).map(({ name }) => name)).toEqual(["b"]);
});
