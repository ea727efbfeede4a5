import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type OsqueryPlatform, osqueryTables } from "#lib/osquery/tables.ts";
import { createSqlEngine, type SqlEngine } from "./engine.ts";
import { createHost } from "./host.ts";
import type { Posture } from "./profile.ts";
import { makeFleet, makeProfile } from "./profiles.ts";
import { type SamplePolicy, samplePolicies } from "./sample-policies.ts";

/** Releases grow old by the calendar. */
const now = new Date("2026-11-20T12:00:00Z");
const seed = "muster";

const everything = (good: boolean): Posture => ({
  diskEncrypted: good,
  firewallOn: good,
  updatesAutomatic: good,
  screenLocks: good,
  hardened: good,
  sshKeysEncrypted: good,
  systemSupported: good,
});

const platformsOf = (policy: SamplePolicy) => policy.platform.split(",") as OsqueryPlatform[];

let engine: SqlEngine;
beforeAll(async () => {
  engine = await createSqlEngine();
});
afterAll(() => engine.close());

function passes(policy: SamplePolicy, profile: ReturnType<typeof makeProfile>): boolean {
  const outcome = engine.run(createHost(profile, now), policy.query, now);
  if (outcome.kind !== "rows") throw new Error(`${policy.name}: ${JSON.stringify(outcome)}`);
  return outcome.rows.length > 0;
}

describe.each(samplePolicies)("$name", (policy) => {
  test.each(platformsOf(policy))("passes on a good %s host and fails on a bad one", (platform) => {
    // Twenty hosts reach every hardware model, distribution and release of the platform.
    for (let index = 0; index < 20; index++) {
      expect(passes(policy, makeProfile(seed, index, everything(true), platform))).toBe(true);
      expect(passes(policy, makeProfile(seed, index, everything(false), platform))).toBe(false);
    }
  });

  test("between 60 % and 95 % of the demo's hundred hosts pass", () => {
    const asked = makeFleet(seed, 100).filter(({ platform }) =>
      platformsOf(policy).includes(platform),
    );
    const passed = asked.filter((profile) => passes(policy, profile));
    const share = passed.length / asked.length;
    expect(share).toBeGreaterThanOrEqual(0.6);
    expect(share).toBeLessThanOrEqual(0.95);
  });
});

test("a table of another platform is an error, whichever table it is", () => {
  const hosts = makeFleet(seed, 3).map((profile) => createHost(profile, now));
  for (const host of hosts) {
    for (const table of osqueryTables) {
      const outcome = engine.run(host, `SELECT * FROM ${table.name}`, now);
      const message = `no such table: ${table.name}`;
      if (host.hasTable(table.name)) expect(outcome.kind, table.name).toBe("rows");
      else expect(outcome).toEqual({ kind: "error", message });
    }
  }
});
