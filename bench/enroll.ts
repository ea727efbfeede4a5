import { Agent } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { RowDataPacket } from "mysql2/promise";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { replaceSecrets } from "#lib/enroll-secrets/enroll-secrets.ts";
import { ENROLL } from "./bodies.ts";
import { startChild } from "./child.ts";
import type { Figure } from "./figure.ts";
import { post } from "./post.ts";
import { withWorld } from "./world.ts";

const HOSTS = 20_000;
/** What one process of the load has open; the other hosts wait for a connection. */
const SOCKETS_MAX = 1_000;
const SECRET = "a secret for the benchmark only";
/** osquery waits 1, 4, 9 ... s after each failure. */
const RETRY_MS = 1_000;
const RETRY_MS_MAX = 10_000;

const body = (n: number) =>
  JSON.stringify({
    enroll_secret: SECRET,
    host_identifier: `host-${n}`,
    platform_type: "21",
    host_details: {
      os_version: { platform: "darwin", name: "macOS", version: "15.1" },
      system_info: { hostname: `host-${n}`, uuid: `uuid-${n}`, hardware_serial: `serial-${n}` },
      osquery_info: { version: "5.23.0", instance_id: `instance-${n}` },
    },
  });

/** 20,000 new hosts at once, each of which tries again until it is in. */
export function enrollStorm(): Promise<Figure[]> {
  return withWorld(async ({ db, databaseUrl }) => {
    await replaceSecrets(SYSTEM, { teamId: null, secrets: [{ secret: SECRET }] });
    const server = await startChild("agents", { DATABASE_URL: databaseUrl });
    const agent = new Agent({ keepAlive: true, maxSockets: SOCKETS_MAX });
    let retries = 0;
    const enroll = async (n: number) => {
      for (let attempt = 1; ; attempt++) {
        const answer = await post(server.url + ENROLL, body(n), agent).catch(() => undefined);
        if (answer?.status === 200) return String(JSON.parse(answer.body).node_key);
        retries++;
        await sleep(Math.min(RETRY_MS * attempt ** 2, RETRY_MS_MAX) * (0.5 + Math.random()));
      }
    };
    const startedAt = performance.now();
    const keys = await Promise.all(Array.from({ length: HOSTS }, (_, n) => enroll(n)));
    const seconds = (performance.now() - startedAt) / 1000;
    agent.destroy();
    await server.stop();
    const [rows] = await db.$client.query<RowDataPacket[]>("SELECT count(*) AS n FROM host_agents");
    const enrolled = Number(rows[0]?.n);
    if (enrolled !== HOSTS || new Set(keys).size !== HOSTS) {
      throw new Error(`${enrolled} hosts and ${new Set(keys).size} keys of ${HOSTS}`);
    }
    return [
      { name: "enroll-storm", value: seconds, unit: "s for 20,000", reference: null },
      { name: "enroll-storm retries", value: retries, unit: "requests", reference: null },
    ];
  });
}
