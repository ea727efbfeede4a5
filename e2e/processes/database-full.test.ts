import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, statfs, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { World } from "./world.ts";

const HOSTS = 40;
/** What either database needs to begin with is 650 MB, most of it redo log. */
const DISK_MEGABYTES = 800;
const GUIDE = await readFile(join(import.meta.dirname, "../../docs/operations.md"), "utf8");
const WRITTEN_TABLES = /for table in ([a-z_ ]+); do/.exec(GUIDE)?.[1]?.split(" ") ?? [];
const REFUSED_LIMIT_MS = 60_000;
const MEND_LIMIT_MS = 60_000;

const isRoot = process.platform === "linux" && process.getuid?.() === 0;

const folder = await mkdtemp(join(tmpdir(), "muster-full-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A disk of its own for the database; only root may mount one. */
async function withSmallDisk(work: () => Promise<void>): Promise<void> {
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${DISK_MEGABYTES}m`, "muster", folder]);
  try {
    await work();
  } finally {
    execFileSync("umount", [folder]);
  }
}

/** A file that takes every free byte; answers how to take it away. */
async function fillDisk(): Promise<() => Promise<void>> {
  const { bavail, bsize } = await statfs(folder);
  const ballast = join(folder, "ballast");
  const fill = (bytes: number) => writeFile(ballast, Buffer.alloc(bytes, 1));
  // The database may have taken some in between.
  await fill(bavail * bsize).catch(() => undefined);
  return () => rm(ballast);
}

/**
 * What docs/operations.md tells the operator to do once there is space again. A database that ran out
 * of it may still end by itself while this is done.
 */
async function afterwards(world: World): Promise<void> {
  expect(WRITTEN_TABLES).toContain("policy_membership");
  const rebuild = async () => {
    await world.database.revive();
    for (const table of WRITTEN_TABLES) {
      await world.db.$client.query(`OPTIMIZE TABLE ${table}`);
    }
    return "done";
  };
  const tried = () => rebuild().catch((error: unknown) => String(error));
  await expect.poll(tried, { timeout: MEND_LIMIT_MS, interval: 1_000 }).toBe("done");
}

test.skipIf(!isRoot)(
  "a database without space takes no answer, and takes them again once it has (only as root)",
  () =>
    withSmallDisk(() =>
      World.run(
        { database: { folder: join(folder, "mysql") }, servers: 2, policies: 8 },
        async (world) => {
          const fleet = await world.fleet(HOSTS, { message: "x".repeat(1_000) });
          await world.warmUp(fleet);
          const giveSpace = await fillDisk();
          const refused = () => fleet.count((host) => host.failures[503] ?? 0);
          await expect.poll(refused, { timeout: REFUSED_LIMIT_MS }).toBeGreaterThan(HOSTS);
          await giveSpace();
          await afterwards(world);
          await world.expectMended(fleet, ["agents are told to come again"]);
        },
      ),
    ),
);
