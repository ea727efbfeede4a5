import { afterAll, beforeAll, expect, test } from "vitest";
import { DETAIL_QUERIES } from "#lib/agent/detail-queries.ts";
import { createSqlEngine, type ResultRow, type SqlEngine } from "./engine.ts";
import { createHost } from "./host.ts";
import { makeFleet } from "./profiles.ts";

const now = new Date();
let engine: SqlEngine;
beforeAll(async () => {
  engine = await createSqlEngine();
});
afterAll(() => engine.close());

/** Rows depend on the machine: encrypted or not, with a battery, with extensions or without. */
const mayBeEmpty = /^(disk_encryption_|battery|extension_tables)/;

test("the server's detail queries run on every kind of host and find what they look for", () => {
  for (const profile of makeFleet("muster", 40)) {
    const host = createHost(profile, now);
    const rowsOf: Record<string, ResultRow[]> = {};
    for (const [name, { query, platforms }] of Object.entries(DETAIL_QUERIES)) {
      if (platforms && !platforms.includes(profile.platform)) continue;
      const outcome = engine.run(host, query, now);
      if (outcome.kind !== "rows")
        throw new Error(`${name} on ${profile.platform}: ${JSON.stringify(outcome)}`);
      if (!mayBeEmpty.test(name)) expect(outcome.rows.length, name).toBeGreaterThan(0);
      rowsOf[name] = outcome.rows;
    }
    const [network] = rowsOf.network_interface_unix ?? rowsOf.network_interface_windows ?? [];
    expect(network).toEqual({ address: profile.ipAddress, mac: profile.macAddress });
    const encryption = Object.entries(rowsOf).find(([name]) => name.startsWith("disk_encryption_"));
    expect((encryption?.[1].length ?? 0) > 0).toBe(profile.posture.diskEncrypted);
  }
});

test("a column of another platform is hidden and empty, not an error", () => {
  const [mac] = makeFleet("muster", 1).map((profile) => createHost(profile, now));
  if (!mac) return;
  const named = engine.run(mac, "SELECT username, type FROM users LIMIT 1", now);
  expect(named).toEqual({ kind: "rows", rows: [{ username: "root", type: "" }] });
  const all = engine.run(mac, "SELECT * FROM users LIMIT 1", now);
  expect(all.kind === "rows" && Object.keys(all.rows[0] ?? {})).not.toContain("type");
});
