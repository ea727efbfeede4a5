import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { insertUser } from "#lib/testing/world.ts";
import { Host, reportOf } from "./host.ts";
import type { Told } from "./ledger.ts";
import type { TestServer } from "./server.ts";
import { anyOutcome, World } from "./world.ts";

const FLOOD_SECONDS = 12;
/** Each has a request under way at all times, many times what one process can answer. */
const FLOOD_CONNECTIONS = 1_500;
/** A person or a gateway waits this long. */
const PATIENCE_MS = 20_000;
const QUIET_LIMIT_MS = 60_000;

/** What misconfigured agents send: logs without end, of 200 KB each. */
const logs = JSON.stringify({
  node_key: "nobody's",
  log_type: "status",
  data: Array.from({ length: 2_000 }, (_, line) => ({ message: `${line} ${"x".repeat(80)}` })),
});

/** In a process of its own, or the flood would slow down who looks at it. Resolves when it is over. */
async function flood(url: string, body: string): Promise<void> {
  // Longer than an argument may be.
  const folder = await mkdtemp(join(tmpdir(), "muster-flood-"));
  const file = join(folder, "body.json");
  await writeFile(file, body);
  const program = join(import.meta.dirname, "../../node_modules/autocannon/autocannon.js");
  const load = ["--connections", `${FLOOD_CONNECTIONS}`, "--duration", `${FLOOD_SECONDS}`];
  const request = ["--method", "POST", "--headers", "content-type=application/json"];
  const argv = [program, ...load, ...request, "--input", file, "--json", url];
  const child = spawn(process.execPath, argv, { stdio: ["ignore", "ignore", "ignore"] });
  try {
    await once(child, "exit");
  } finally {
    child.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true });
  }
}

/** What people and gateways heard while it went on: the statuses that are not 200. */
async function unanswered({ url }: TestServer, token: string, going: Promise<void>) {
  const ask = async (path: string) => {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(url + path, { headers, signal });
    await response.arrayBuffer();
    return response.status;
  };
  const asked = ["/api/v1/muster/attest/host-1", "/api/v1/fleet/hosts", "/healthz"];
  let over = false;
  const ended = going.finally(() => {
    over = true;
  });
  const statuses: number[] = [];
  while (!over) {
    statuses.push(...(await Promise.all(asked.map(ask))));
    await sleep(200);
  }
  await ended;
  return statuses.filter((status) => status !== 200);
}

const options = { database: { fast: true }, server: { roles: "agents,web,worker" } };

test("past capacity agents give way, people and gateways are answered, and nothing is lost", () =>
  World.run(options, async (world) => {
    const { token } = await insertUser("admin");
    const fleet = await world.fleet(20);
    await world.warmUp(fleet);
    const server = world.servers[0]!;
    const shed = () => server.metric("muster_agents_shed_total");

    const going = flood(`${server.url}/api/osquery/log`, logs);
    expect(await unanswered(server, token, going)).toEqual([]);
    expect(await shed()).toBeGreaterThan(0);
    await expect
      .poll(() => server.lines.map(({ msg }) => msg), { timeout: QUIET_LIMIT_MS })
      .toContain("overload is over");
    await world.expectMended(fleet, ["overload: agents are told to come again"]);
  }));

test("a host that floods with answers is told to come again, and nobody else", () =>
  World.run(options, async (world) => {
    const { token } = await insertUser("admin");
    const fleet = await world.fleet(20);
    const identifier = "flooding";
    const flooding = new Host({ identifier, url: world.anyUrl, ...world, outcome: anyOutcome });
    await flooding.enroll(world.secret);
    await world.warmUp(fleet);
    const server = world.servers[0]!;
    const refused = () =>
      server.metric("muster_agent_requests_total", 'route="distributed/write",outcome="shed"');

    const [policyId = 0] = world.policyIds;
    const told: Told = { identifier, policyId, outcome: "pass", isAcknowledged: false };
    world.ledger.sent(told);
    const report = reportOf([[`fleet_policy_query_${policyId}`, told]]);
    const body = JSON.stringify({ ...report, node_key: flooding.nodeKey });
    const going = flood(`${server.url}/api/osquery/distributed/write`, body);
    expect(await unanswered(server, token, going)).toEqual([]);
    expect(await refused()).toBeGreaterThan(0);
    await world.expectMended(fleet);
    // A machine on which the process itself comes to be seconds late refuses everybody, and counts it.
    const late = 'route="distributed/write",reason="event_loop"';
    const refusedForAll = await server.metric("muster_agents_shed_total", late);
    expect(fleet.count(({ failures }) => failures[503] ?? 0)).toBeLessThanOrEqual(refusedForAll);
    expect(fleet.count((host) => host.gaveUp)).toBe(0);
  }));
