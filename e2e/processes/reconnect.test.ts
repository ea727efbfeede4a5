import { expect, test } from "vitest";
import { bulk } from "#db/client.ts";
import { hashToken } from "#lib/crypto.ts";
import { recordVerdicts } from "#lib/membership/host-verdicts.ts";
import { Host } from "./host.ts";
import { anyOutcome, World } from "./world.ts";

const HOSTS = 10_000;
const WITHIN_MS = 1_000;
const CHECK_IN_MS = 2_000;
const HEAP_GROWTH_BYTES_MAX = 64 * 1024 * 1024;

const keyOf = (hostId: number) => `node-key-${hostId}`;

/** Hosts as enrolment leaves them: known, and nothing answered yet. */
async function insertEnrolled(world: World): Promise<void> {
  const at = new Date();
  const ids = Array.from({ length: HOSTS }, (_, n) => n + 1);
  await bulk(
    world.db,
    `INSERT INTO hosts (id, hostname, platform, platform_family, created_at, updated_at,
     last_enrolled_at) VALUES ?`,
    ids.map((id) => [id, `host-${id}`, "darwin", "darwin", at, at, at]),
  );
  await bulk(
    world.db,
    `INSERT INTO host_agents (host_id, identifier, node_key_hash, detail_updated_at, changed_at)
     VALUES ?`,
    ids.map((id) => [id, `host-${id}`, hashToken(keyOf(id)), at, at]),
  );
  await recordVerdicts(world.db, ids, at);
}

test("10,000 hosts that come back within a second are all asked and heard", () =>
  World.run({}, async (world) => {
    await insertEnrolled(world);
    const { ledger, anyUrl: url } = world;
    const hosts = Array.from(
      { length: HOSTS },
      (_, n) =>
        new Host({
          identifier: `host-${n + 1}`,
          nodeKey: keyOf(n + 1),
          url,
          ledger,
          outcome: anyOutcome,
        }),
    );
    const [server] = world.servers;
    const before = await server!.usedBytes();
    await Promise.all(
      hosts.map(async (host, n) => {
        await new Promise((resume) => setTimeout(resume, (n * WITHIN_MS) / HOSTS));
        for (;;) {
          await host.cycle();
          if (host.acknowledgedAtMs > 0) break;
          await new Promise((resume) => setTimeout(resume, CHECK_IN_MS));
        }
      }),
    );
    expect(hosts.filter((host) => host.nodeInvalid > 0)).toEqual([]);
    await ledger.check(world.db);
    world.expectNoDrift();
    world.expectFewWords();
    expect((await server!.usedBytes()) - before).toBeLessThan(HEAP_GROWTH_BYTES_MAX);
  }));
