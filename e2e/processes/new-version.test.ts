import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { migrate } from "#db/migrate.ts";
import { Host } from "./host.ts";
import type { TestServer } from "./server.ts";
import { anyOutcome, World } from "./world.ts";

const ROOT = join(import.meta.dirname, "../..");
/** What a migration may do while the version before serves: add. */
const MIGRATION = [
  "ALTER TABLE hosts ADD COLUMN nickname varchar(40) NOT NULL DEFAULT ''",
  "ALTER TABLE host_agents ADD COLUMN channel int",
  "CREATE INDEX hosts_nickname ON hosts (nickname)",
  "CREATE TABLE nicknames (id int PRIMARY KEY, name varchar(40) NOT NULL)",
].join(";\n--> statement-breakpoint\n");

/** A copy of the product with one more migration. */
async function makeNewVersion(folder: string): Promise<void> {
  for (const name of ["package.json", "tsconfig.json", "server.ts", "lib", "db"]) {
    await cp(join(ROOT, name), join(folder, name), { recursive: true });
  }
  await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
  const file = join(folder, "db/migrations/meta/_journal.json");
  const journal = JSON.parse(await readFile(file, "utf8"));
  const last = journal.entries.at(-1);
  journal.entries.push({ ...last, idx: last.idx + 1, when: last.when + 1, tag: "9999_next" });
  await writeFile(file, JSON.stringify(journal));
  await writeFile(join(folder, "db/migrations/9999_next.sql"), MIGRATION);
}

async function hasColumn(world: World): Promise<boolean> {
  const [rows] = await world.db.$client.query("SHOW COLUMNS FROM hosts LIKE 'nickname'");
  return (rows as unknown[]).length === 1;
}

test("a new version migrates and serves beside the one before, which goes on and may be restarted", async () => {
  const folder = await mkdtemp(join(tmpdir(), "muster-next-"));
  try {
    await makeNewVersion(folder);
    await World.run({ servers: 1 }, async (world) => {
      const [old] = world.servers as [TestServer];
      const fleet = await world.fleet(30);
      fleet.run();
      await fleet.heardFromAll();
      await world.startServer({ root: folder });
      expect(await hasColumn(world)).toBe(true);
      await fleet.heardFromAll();
      // Not replaced yet, and it crashes.
      await world.replaceServer(old);
      await fleet.heardFromAll();
      // New hosts enroll at either.
      for (const { url } of world.servers) {
        const { ledger, secret } = world;
        const options = {
          identifier: `new at ${url}`,
          url: () => url,
          ledger,
          outcome: anyOutcome,
        };
        await new Host(options).enroll(secret);
      }
      await fleet.stop();
      expect(fleet.count((host) => host.nodeInvalid + host.gaveUp)).toBe(0);
      await world.ledger.check(world.db);
      world.expectNoDrift();
      world.expectFewWords();
      await migrate(world.database.url);
      expect(await hasColumn(world)).toBe(true);
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
