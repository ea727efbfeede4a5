import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { insertUser } from "#lib/testing/world.ts";
import { World } from "./world.ts";

const FLOOD_SECONDS = 12;
/** Each has a request under way at all times, many times what one process can answer. */
const FLOOD_CONNECTIONS = 1_500;
/** A person or a gateway waits this long. */
const PATIENCE_MS = 10_000;
const QUIET_LIMIT_MS = 60_000;

/** What misconfigured agents send: logs without end, of 200 KB each. */
const logs = JSON.stringify({
  node_key: "nobody's",
  log_type: "status",
  data: Array.from({ length: 2_000 }, (_, line) => ({ message: `${line} ${"x".repeat(80)}` })),
});

/** In a process of its own, or the flood would slow down who looks at it. */
async function flood(url: string) {
  // Longer than an argument may be.
  const folder = await mkdtemp(join(tmpdir(), "muster-flood-"));
  const file = join(folder, "logs.json");
  await writeFile(file, logs);
  const program = join(import.meta.dirname, "../../node_modules/autocannon/autocannon.js");
  const load = ["--connections", `${FLOOD_CONNECTIONS}`, "--duration", `${FLOOD_SECONDS}`];
  const request = ["--method", "POST", "--headers", "content-type=application/json"];
  const argv = [program, ...load, ...request, "--input", file, "--json", url];
  const child = spawn(process.execPath, argv, { stdio: ["ignore", "ignore", "ignore"] });
  const ended = once(child, "exit").then(() => rm(folder, { recursive: true, force: true }));
  return { child, ended };
}

test(
  "past capacity agents give way, people and gateways are answered, and nothing is lost",
  () =>
    World.run(
      { database: { fast: true }, server: { roles: "agents,web,worker" } },
      async (world) => {
        const { token } = await insertUser("admin");
        const fleet = await world.fleet(20);
        await world.warmUp(fleet);
        const [server] = world.servers;
        const ask = async (path: string) => {
          const signal = AbortSignal.timeout(PATIENCE_MS);
          const headers = { authorization: `Bearer ${token}` };
          const response = await fetch(server!.url + path, { headers, signal });
          await response.arrayBuffer();
          return response.status;
        };
        const shed = () => server!.metric("muster_agents_shed_total");
        const asked = ["/api/v1/muster/attest/host-1", "/api/v1/fleet/hosts", "/healthz"];

        const { child, ended } = await flood(`${server!.url}/api/osquery/log`);
        const statuses: number[] = [];
        let over = false;
        const watch = async () => {
          while (!over) {
            statuses.push(...(await Promise.all(asked.map(ask))));
            await sleep(200);
          }
        };
        const watching = watch();
        await ended;
        over = true;
        await watching;
        child.kill("SIGKILL");

        expect(statuses.filter((status) => status !== 200)).toEqual([]);
        expect(await shed()).toBeGreaterThan(0);
        await expect
          .poll(() => server!.lines.map(({ msg }) => msg), { timeout: QUIET_LIMIT_MS })
          .toContain("overload is over");
        const before = await shed();
        await world.expectMended(fleet);
        expect(await shed()).toBe(before);
      },
    ),
  120_000,
);
