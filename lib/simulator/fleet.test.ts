import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parseAssignment } from "./assignment.ts";
import { createControl } from "./control.ts";
import { makeFleet } from "./profiles.ts";
import { type RunFleetOptions, runFleet } from "./run.ts";
import { samplePolicies } from "./sample-policies.ts";
import { startTestServer, type TakenRequest, type TestServer } from "./test-server.ts";

const fileVault = samplePolicies[0]?.query ?? "";
const failingIndex = makeFleet("muster", 40).findIndex(
  ({ platform, posture }) => platform === "darwin" && !posture.diskEncrypted,
);

let folder: string;
let server: TestServer;
let stop: AbortController;
let running: Promise<void>[] = [];
let socketPath: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "fleet-"));
  socketPath = path.join(folder, "simulator.sock");
  stop = new AbortController();
  server = await startTestServer(({ path: where }) =>
    where.endsWith("/read")
      ? { queries: { q: fileVault }, discovery: { q: "SELECT 1" }, accelerate: 0 }
      : { node_key: "shared-key", options: { distributed_interval: 1 } },
  );
});

afterEach(async () => {
  stop.abort();
  await Promise.allSettled(running);
  running = [];
  await server.close();
  await rm(folder, { recursive: true });
});

/** Starts a fleet whose every host answers the FileVault policy each second. */
async function start(changes: Partial<RunFleetOptions> = {}): Promise<{ ended: Promise<void> }> {
  let ended: Promise<void> = Promise.resolve();
  await new Promise<void>((resolve, reject) => {
    ended = runFleet({
      serverUrl: server.url,
      enrollTargets: [{ team: "Laptops", secret: "s" }],
      hostCount: failingIndex + 1,
      seed: "muster",
      intervalSeconds: 1,
      startSpreadSeconds: 0,
      signal: stop.signal,
      controlSocketPath: socketPath,
      stateFile: path.join(folder, "state.json"),
      onStarted: () => resolve(),
      ...changes,
    });
    running.push(ended);
    ended.catch(reject);
  });
  return { ended };
}

function passes({ body }: TakenRequest): boolean {
  const { q } = body.queries as { q: unknown[] };
  return q.length > 0;
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
}

test("a failing host that is changed from another process passes at its next check-in", async () => {
  const { ended } = await start();
  const control = createControl(socketPath);
  const hosts = await control.list();
  const failing = hosts[failingIndex]?.hostname ?? "";
  for (const { hostname } of hosts) if (hostname !== failing) await control.offline(hostname);
  await until(async () => (await control.list())[failingIndex]?.enrolled === true);
  await new Promise((resolve) => setTimeout(resolve, 300));
  server.requests.length = 0;
  await until(() => server.taken("/write").length > 0);
  expect(server.taken("/write").map(passes)).toEqual([false]);

  const report = await control.set(failing, "disk_encryption.filevault_status=on");
  expect(report).toEqual({
    hostname: failing,
    table: "disk_encryption",
    updatedRows: 2,
    insertedRows: 0,
  });
  await until(() => server.taken("/write").some(passes));

  stop.abort();
  await ended;
  await expect(control.list()).rejects.toThrow("no simulator is running here");
});

test("changes and node keys survive a restart in a file for its owner alone", async () => {
  const first = await start();
  const control = createControl(socketPath);
  await until(async () => (await control.list()).every(({ enrolled }) => enrolled));
  await control.set(String(failingIndex), "disk_encryption.filevault_status=on");
  stop.abort();
  await first.ended;
  const file = path.join(folder, "state.json");
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readFile(file, "utf8")).toContain("shared-key");

  server.requests.length = 0;
  stop = new AbortController();
  await start();
  const hosts = await control.list();
  expect(hosts[failingIndex]?.changedTables).toEqual(["disk_encryption"]);
  await until(() => server.taken("/read").length > 0);
  expect(server.taken("/enroll")).toHaveLength(0);
  const reset = await control.reset(String(failingIndex));
  expect(reset.changedTables).toEqual([]);
});

test("the control inserts, filters and removes rows, and says what is wrong in words", async () => {
  await start();
  const control = createControl(socketPath);
  const mac = String(failingIndex);
  expect(await control.set(mac, "crashes.identifier='app'")).toMatchObject({ insertedRows: 1 });
  expect(await control.get(mac, "crashes")).toEqual([{ identifier: "app" }]);
  expect(await control.set(mac, "plist[key=AutomaticDownload].value=9")).toMatchObject({
    updatedRows: 1,
  });
  expect(await control.remove(mac, "plist[key=AutomaticDownload]")).toEqual({ removedRows: 1 });
  await expect(control.set(mac, "bitlocker_info.protection_status=1")).rejects.toThrow(
    "no such table: bitlocker_info",
  );
  await expect(control.set(mac, "alf.nothing=1")).rejects.toThrow("no such column: nothing");
  await expect(control.set(mac, "nonsense")).rejects.toThrow("expected TABLE.COLUMN=VALUE");
  await expect(control.get("nobody", "alf")).rejects.toThrow(
    'no simulated host is called "nobody"',
  );
  expect(await control.offline(mac)).toMatchObject({ online: false });
  expect(await control.online(mac)).toMatchObject({ online: true });
});

test("a second simulator on the same socket refuses to start and harms nothing", async () => {
  await start();
  await expect(start()).rejects.toThrow("another simulator is running");
  expect(await createControl(socketPath).list()).toHaveLength(failingIndex + 1);
});

test("an assignment keeps dots, equals signs and quotes inside its value", () => {
  const text = "registry[path=HKEY_LOCAL_MACHINE\\SOFTWARE\\a.b].data='x=1.2'";
  expect(parseAssignment(text)).toEqual({
    table: "registry",
    column: "data",
    value: "x=1.2",
    filter: { column: "path", value: "HKEY_LOCAL_MACHINE\\SOFTWARE\\a.b" },
  });
});
