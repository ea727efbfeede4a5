import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { runFleet } from "#lib/simulator/run.ts";
import { startTestServer } from "#lib/simulator/test-server.ts";
import { testCli } from "./test-cli.ts";

const { home, muster } = await testCli();
const server = await startTestServer(() => undefined);
const socket = join(home, "simulator.sock");
const stop = new AbortController();
const ended = await new Promise<{ fleet: Promise<void> }>((ready, failed) => {
  const fleet = runFleet({
    serverUrl: server.url,
    enrollTargets: [{ team: "Lab", secret: "s" }],
    hostCount: 6,
    seed: "muster",
    intervalSeconds: 1,
    naps: false,
    signal: stop.signal,
    controlSocketPath: socket,
    onStarted: () => ready({ fleet }),
  });
  fleet.catch(failed);
});
afterAll(async () => {
  stop.abort();
  await ended.fleet;
  await server.close();
});

const simulate = (...argv: string[]) => muster(["simulate", "--socket", socket, ...argv]);

test("a running host's tables are changed, shown and put back", async () => {
  const hosts = JSON.parse((await simulate("list", "--json")).out);
  const { hostname } = hosts[0];
  const set = await simulate("set", hostname, "os_version.version=99.1");
  expect(set).toMatchObject({ code: 0, out: `${hostname}: 1 row of os_version changed.` });
  expect((await simulate("get", hostname, "os_version")).out).toMatch(/version\s+99\.1/);
  expect((await simulate("list")).out).toMatch(/os_version$/m);
  expect((await simulate("reset", hostname)).code).toBe(0);
  expect((await simulate("get", hostname, "os_version")).out).not.toContain("99.1");
});

test("a host goes offline and comes back", async () => {
  expect((await simulate("offline", "0")).out).toMatch(/ is offline\.$/);
  expect((await simulate("online", "0")).out).toMatch(/ is online\.$/);
});

test("a host, table or assignment that is wrong is named", async () => {
  expect((await simulate("get", "nobody", "os_version")).err).toContain('called "nobody"');
  expect((await simulate("set", "0", "nonsense")).err).toContain("TABLE.COLUMN=VALUE");
  expect((await simulate("list", "--socket", join(home, "no.sock"))).err).toContain("bin/start");
});
