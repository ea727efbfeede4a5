import type { RowDataPacket } from "mysql2/promise";
import { afterAll, afterEach, expect, test } from "vitest";
import { createTestDatabaseUrl } from "#lib/testing/database.ts";
import { SwallowingProxy } from "#lib/testing/swallowing-proxy.ts";
import { closeDatabase, type Database, openDatabase, transaction } from "./client.ts";
import { CONNECTION_WAIT_MS } from "./limits.ts";
import { isOutage } from "./outage.ts";

/** Shorter than the product's, so that the tests are. */
const SILENCE_MS = 500;

const directUrl = await createTestDatabaseUrl();
const direct = openDatabase(directUrl, 2);
const proxy = new SwallowingProxy(directUrl);
const proxyUrl = await proxy.start();
const open: Database[] = [];

afterEach(() => {
  proxy.swallows = false;
});
afterAll(async () => {
  proxy.stop();
  await Promise.all([direct, ...open].map((db) => closeDatabase(db).catch(() => undefined)));
});

function throughProxy(connections: number): Database {
  const db = openDatabase(proxyUrl, connections, SILENCE_MS);
  open.push(db);
  return db;
}

async function connectionId(db: Database): Promise<number> {
  const [rows] = await db.$client.query<RowDataPacket[]>("SELECT CONNECTION_ID() AS id");
  return rows[0]?.id;
}

const failure = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

const locks = async () => {
  const [rows] = await direct.$client.query<RowDataPacket[]>("SELECT count(*) AS n FROM leases");
  return Number(rows[0]?.n);
};

test("a statement whose answer never comes ends, and its connection is not used again", async () => {
  const db = throughProxy(1);
  const before = await connectionId(db);
  proxy.swallows = true;
  expect(isOutage(await failure(connectionId(db)))).toBe(true);
  proxy.swallows = false;
  expect(await connectionId(db)).not.toBe(before);
});

test("a statement that is answered late and within the limit succeeds", async () => {
  const db = throughProxy(1);
  const [rows] = await db.$client.query<RowDataPacket[]>("SELECT SLEEP(0.3) AS slept");
  expect(rows).toEqual([{ slept: 0 }]);
});

test("an idle connection may be silent for longer than a statement may", async () => {
  const db = throughProxy(1);
  const before = await connectionId(db);
  await new Promise((resume) => setTimeout(resume, 2 * SILENCE_MS));
  expect(await connectionId(db)).toBe(before);
});

test("a transaction whose commit is swallowed fails and is rolled back", async () => {
  const db = throughProxy(1);
  const error = await failure(
    transaction(db, async (tx) => {
      await tx.$client.query(
        "INSERT INTO leases (name, owner, expires_at) VALUES ('swallowed', '', NOW())",
      );
      proxy.swallows = true;
    }),
  );
  expect(isOutage(error)).toBe(true);
  await expect.poll(locks).toBe(0);
  proxy.swallows = false;
  expect(await connectionId(db)).toBeGreaterThan(0);
});

test("a transaction that takes too long is cut off, and its locks are free", async () => {
  const write = "INSERT INTO leases (name, owner, expires_at) VALUES ('slow', '', NOW())";
  const error = await failure(
    transaction(
      direct,
      async (tx) => {
        await tx.$client.query(write);
        await tx.$client.query("SELECT SLEEP(2)");
      },
      { limitMs: SILENCE_MS },
    ),
  );
  expect(isOutage(error)).toBe(true);
  await transaction(direct, (tx) => tx.$client.query(write));
  expect(await locks()).toBe(1);
  await direct.$client.query("DELETE FROM leases");
});

test("who waits for a connection is refused after a while, and nobody is forgotten", async () => {
  const db = throughProxy(1);
  let release = () => {};
  const held = transaction(db, async (tx) => {
    for (let over = false; !over; ) {
      await tx.$client.query("SELECT 1");
      over = await Promise.race([
        new Promise<boolean>((resume) => setTimeout(() => resume(false), SILENCE_MS / 2)),
        new Promise<boolean>((resume) => {
          release = () => resume(true);
        }),
      ]);
    }
  });
  const startedAtMs = Date.now();
  const refused = await Promise.all([failure(connectionId(db)), failure(connectionId(db))]);
  expect(refused.map(isOutage)).toEqual([true, true]);
  expect(Date.now() - startedAtMs).toBeGreaterThanOrEqual(CONNECTION_WAIT_MS - 50);
  const waiting = connectionId(db);
  release();
  await held;
  expect(await waiting).toBeGreaterThan(0);
});

test("a database that accepts and never speaks is an outage within the wait", async () => {
  proxy.swallows = true;
  expect(isOutage(await failure(connectionId(throughProxy(1))))).toBe(true);
});

test("what a statement does wrong is no outage, and a lock held by another is one", async () => {
  const db = throughProxy(2);
  expect(isOutage(await failure(db.$client.query("SELECT nothing FROM nowhere")))).toBe(false);
  expect(isOutage(new TypeError("a mistake of ours"))).toBe(false);
  const locked = Object.assign(new Error("Lock wait timeout exceeded"), { errno: 1205 });
  expect(isOutage(new Error("Failed query", { cause: locked }))).toBe(true);
});
