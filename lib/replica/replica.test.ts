import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { eq } from "drizzle-orm";
import mysql, { type RowDataPacket } from "mysql2/promise";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDatabase } from "#db/client.ts";
import { migrate } from "#db/migrate.ts";
import { hosts } from "#db/schema/hosts.ts";
import { getAttestation, getHost } from "#lib/attestation/attestation.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { releaseDatabase, setDatabase } from "#lib/database.ts";
import { getDevice } from "#lib/device/device.ts";
import { createDeviceLink } from "#lib/device/link.ts";
import { startEmbeddedMysql } from "#lib/embedded-mysql/embedded-mysql.ts";
import { env, publishEnv } from "#lib/env.ts";
import { countHosts } from "#lib/hosts/hosts.ts";
import { insertHost } from "#lib/testing/fixtures.ts";
import { freePort } from "#lib/testing/free-port.ts";
import { insertManualLabel, listHosts } from "#lib/testing/labels.ts";
import { SwallowingProxy } from "#lib/testing/swallowing-proxy.ts";
import { takeLease } from "#lib/worker/lease.ts";

const LIMIT_MS = 60_000;
const CATCH_UP = { timeout: 20_000, interval: 100 };
const folder = await mkdtemp(join(tmpdir(), "muster-test-"));

function start(name: string, ...argv: string[]) {
  const { mysqld, searchPath } = env();
  return startEmbeddedMysql({ dataDir: join(folder, name), fast: true, mysqld, searchPath, argv });
}

const port = await freePort();
const tcp = ["--skip-networking=0", "--bind-address=127.0.0.1", `--port=${port}`];
const log = [`--log-bin=${folder}/log`, "--binlog-format=ROW"];
const [first, second] = [
  await start("first", "--server-id=1", ...tcp, ...log),
  await start("second", "--server-id=2"),
];
const db = openDatabase(first.url, 3);
const proxy = new SwallowingProxy(second.url);
const replica = await mysql.createConnection({ socketPath: second.socketPath, user: "root" });
const [[version]] = await replica.query<RowDataPacket[]>("SELECT VERSION() AS text");
const isMariadb = version?.text.includes("MariaDB");
const [source, thread] = isMariadb ? ["MASTER", "SLAVE"] : ["SOURCE", "REPLICA"];

/** The replica takes what the database writes, from the first statement on. */
async function follow(): Promise<void> {
  await db.$client.query("CREATE USER follower@'127.0.0.1' IDENTIFIED BY 'follow'");
  await db.$client.query("GRANT REPLICATION SLAVE ON *.* TO follower@'127.0.0.1'");
  const place = [
    `${source}_HOST = '127.0.0.1', ${source}_PORT = ${port}`,
    `${source}_USER = 'follower', ${source}_PASSWORD = 'follow'`,
    `${source}_LOG_FILE = 'log.000001', ${source}_LOG_POS = 4`,
    ...(isMariadb ? [] : ["GET_SOURCE_PUBLIC_KEY = 1"]),
  ].join(", ");
  await replica.query(`CHANGE ${isMariadb ? "MASTER" : "REPLICATION SOURCE"} TO ${place}`);
  await replica.query(`START ${thread}`);
}

beforeAll(async () => {
  await migrate(first.url);
  await follow();
  setDatabase(db);
  publishEnv(["--database-replica-url", await proxy.start()]);
}, LIMIT_MS);

afterAll(async () => {
  proxy.stop();
  await releaseDatabase();
  await replica.end();
  await Promise.all([first.stop(), second.stop()]);
  await rm(folder, { recursive: true, force: true });
});

const ask = () => new Request("http://muster.test/");
const counted = () => countHosts(SYSTEM, {});
const beat = () => takeLease(db, "worker", "test");
/** As if the worker had renewed its lease for so long. */
const goOn = (seconds: number) =>
  db.$client.query(`UPDATE leases SET expires_at = expires_at + INTERVAL ${seconds} SECOND`);

/** A look is due each second. */
const untilNextLook = () => sleep(1_100);
/** What would be waited for is the driver, which gives a silent database 5 to 10 s. */
const inTime = <T>(work: Promise<T>) => Promise.race([work, sleep(4_000, "waited")]);

test(
  "lists read from the replica until it is too far behind, and a host's own page never does",
  async () => {
    await insertHost();
    expect(await counted(), "no worker has told how old the replica is").toBe(1);
    await beat();
    const onReplica = async () =>
      (await replica.query<RowDataPacket[]>("SELECT expires_at FROM muster.leases"))[0].length;
    await expect.poll(onReplica, CATCH_UP).toBe(1);

    const label = await insertManualLabel();
    const members = () => countHosts(SYSTEM, { label_id: label.id });
    const labelsThere = async () =>
      (await replica.query<RowDataPacket[]>("SELECT id FROM muster.labels"))[0].length;
    await expect.poll(labelsThere, CATCH_UP).toBe(1);
    await replica.query(`STOP ${thread} SQL_THREAD`);
    const id = await insertHost();
    // Behind by less than the bound: from here on the replica is read, and knows one host.
    await expect.poll(counted, CATCH_UP).toBe(1);
    const { status } = await getHost(SYSTEM, id, ask());
    expect(status).toBe(200);
    const [row] = await db.select().from(hosts).where(eq(hosts.id, id));
    const attested = await getAttestation(SYSTEM, row?.uuid ?? "", ask());
    expect(attested.status, "a host that the replica has not heard of is attested").toBe(200);
    const { url } = await createDeviceLink(SYSTEM, id, "http://muster.test");
    expect((await getDevice(ask(), url.split("/").at(-1) ?? "")).host.id, "and has its page").toBe(
      id,
    );

    await listHosts(label, { add: [id] });
    expect(await members(), "the replica has not heard of it").toBe(0);

    await goOn(env().replicaLagMaxSeconds + 5);
    await expect.poll(counted, CATCH_UP).toBe(2);
    expect(await members(), "what the replica said is not kept for what is so").toBe(1);

    await replica.query(`START ${thread} SQL_THREAD`);
    await insertHost();
    await expect.poll(counted, CATCH_UP).toBe(3);
  },
  LIMIT_MS,
);

test(
  "a replica that hangs is not waited for: lists read from the database",
  async () => {
    // Lists are being read from it: it knows three hosts, and the database four.
    await replica.query(`STOP ${thread} SQL_THREAD`);
    await insertHost();
    await beat();
    await expect.poll(counted, CATCH_UP).toBe(3);
    await untilNextLook();
    proxy.swallows = true;
    const answers = [await inTime(counted()), await inTime(counted())];
    await untilNextLook();
    answers.push(await inTime(counted()));
    expect(answers).toEqual([4, 4, 4]);
    await replica.query(`START ${thread} SQL_THREAD`);
    proxy.swallows = false;
  },
  LIMIT_MS,
);

test(
  "a replica that is gone is missed by nobody",
  async () => {
    await second.stop();
    await insertHost();
    await beat();
    await expect.poll(() => counted().catch(() => "failed"), CATCH_UP).toBe(5);
  },
  LIMIT_MS,
);
