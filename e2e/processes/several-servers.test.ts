import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { mustCall } from "#lib/demo/api.ts";
import { env } from "#lib/env.ts";
import { hostIdOf } from "#lib/testing/policies.ts";
import { insertUser } from "#lib/testing/world.ts";
import type { TestServer } from "./server.ts";
import { World } from "./world.ts";

const EDIT_LIMIT_MS = 2_000;
/**
 * Each edit but the first is made when the other server has just looked for changes, so the quickest says
 * how long it takes, whatever else the machine does.
 */
const EDITS_MIN = 3;
const EDITS_MAX = 12;
const LEASE_LIMIT_MS = 30_000;
const SERVED_LIMIT_MS = 60_000;
const POLL = { timeout: SERVED_LIMIT_MS, interval: 50 };

const isBuilt = existsSync(join(env().buildDir, "BUILD_ID"));
if (!isBuilt)
  console.warn("The console is not built (bin/test --only build): its tests are skipped.");

const FLEET = "/api/v1/fleet";

test.skipIf(!isBuilt)(
  "what is edited and asked for through one server reaches hosts at another, and shows there",
  () =>
    World.run(
      { servers: 2, database: { fast: true }, server: { roles: "agents,web,worker" } },
      async (world) => {
        const [a, b] = world.servers as [TestServer, TestServer];
        const { token } = await insertUser("admin");
        const [host] = (await world.fleet(1, { url: () => b.url })).hosts;
        if (!host) throw new Error("no host");
        const asked = async () => (await host.post("distributed/read", {})).json.queries ?? {};
        await host.cycle();

        const path = `${FLEET}/global/policies/${world.policyIds[0]}`;
        const editsMs: number[] = [];
        while (editsMs.length < EDITS_MIN || Math.min(...editsMs) >= EDIT_LIMIT_MS) {
          const query = `SELECT 1 FROM osquery_info WHERE version > '${editsMs.length}';`;
          await mustCall({ url: a.url, token }, "PATCH", path, { query });
          const editedAtMs = performance.now();
          await expect.poll(async () => Object.values(await asked()), POLL).toContain(query);
          // One that comes at a chance moment may find the other server about to look.
          if (editsMs.push(performance.now() - editedAtMs) === 1) editsMs[0] = Infinity;
          expect(editsMs.length, `${editsMs} ms`).toBeLessThan(EDITS_MAX);
        }

        const id = await hostIdOf(host.identifier);
        const isOpen = async ({ url }: TestServer): Promise<boolean> => {
          const reply = await mustCall({ url, token }, "GET", `${FLEET}/hosts/${id}`);
          return (reply as any).host.refetch_requested;
        };
        await mustCall({ url: a.url, token }, "POST", `${FLEET}/hosts/${id}/refetch`);
        expect(await isOpen(b)).toBe(true);
        await expect
          .poll(async () => {
            await host.cycle();
            return isOpen(b);
          }, POLL)
          .toBe(false);
        expect(await isOpen(a)).toBe(false);
      },
    ),
);

test("the lease passes on when its holder is killed", () =>
  World.run(
    { servers: 3, database: { fast: true }, server: { roles: "worker" } },
    async (world) => {
      const holders = async () => {
        const held = await Promise.all(world.servers.map((one) => one.metric("muster_lease_held")));
        return world.servers.filter((_, n) => held[n] === 1);
      };
      await expect.poll(holders, { timeout: LEASE_LIMIT_MS }).toHaveLength(1);
      const [holder] = await holders();
      await holder?.kill();
      world.servers.splice(world.servers.indexOf(holder as TestServer), 1);
      await expect.poll(holders, { timeout: LEASE_LIMIT_MS, interval: 500 }).toHaveLength(1);
    },
  ));
