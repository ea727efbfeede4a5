import { bulk, type Database } from "#db/client.ts";
import { FOREVER } from "#lib/membership/host-verdicts.ts";

/** A statement that takes longer than the pool waits is given up. */
const HOSTS_PER_STEP = 250;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const QUARTER_MS = 15 * 60_000;
/** As the worker thins them out: all of two days, an hour each of sixty, a day each before. */
const COUNTS = [
  { stepMs: QUARTER_MS, fromMs: 2 * DAY_MS, untilMs: 0 },
  { stepMs: HOUR_MS, fromMs: 60 * DAY_MS, untilMs: 2 * DAY_MS },
  { stepMs: DAY_MS, fromMs: 400 * DAY_MS, untilMs: 60 * DAY_MS },
];
export const HISTORY_BEGAN_DAYS = 399;

/**
 * History of a year: every pair of host and policy passed once and then came to stand as it does,
 * most within the last two months; hosts and policies have been what they are all along.
 */
export async function insertHistory(db: Database, hosts: number, now: Date): Promise<void> {
  const { $client } = db;
  const began = new Date(now.getTime() - HISTORY_BEGAN_DAYS * DAY_MS);
  await bulk(
    db,
    "INSERT INTO settings (name, value, updated_at) VALUES ?",
    ["historyBegan", "fullHistoryBegan"].map((name) => [
      name,
      JSON.stringify(began.toISOString()),
      now,
    ]),
  );
  await $client.query("UPDATE policy_versions SET created_at = ?", [began]);
  await $client.query(
    `UPDATE policy_versions v JOIN policies p ON p.id = v.policy_id
     SET v.fields = json_set(v.fields, '$.labelScope', json_extract(p.label_scope, '$'))
     WHERE p.label_scope IS NOT NULL`,
  );
  await $client.query("DELETE FROM label_versions");
  await $client.query(
    `INSERT INTO label_versions (label_id, at, name, query, platform, membership_type, criteria)
     SELECT id, ?, name, query, platform, membership_type, criteria FROM labels`,
    [began],
  );
  for (let from = 1; from <= hosts; from += HOSTS_PER_STEP) {
    const range = [from, from + HOSTS_PER_STEP - 1];
    await $client.query(
      `INSERT INTO host_versions (host_id, at, team_id, platform_family, platform, display_name,
       hostname, hardware_serial, os_version, os_name, hardware_vendor, hardware_model, cpu_type,
       osquery_version)
       SELECT id, greatest(created_at, ?), team_id, platform_family, platform, display_name, hostname,
       hardware_serial, os_version, os_name, hardware_vendor, hardware_model, cpu_type, osquery_version
       FROM hosts WHERE id BETWEEN ? AND ?`,
      [began, ...range],
    );
    await insertVerdictsAndLabels(db, range, now);
    await insertChanges(db, range, now);
  }
  for (const { stepMs, fromMs, untilMs } of COUNTS) {
    for (let ageMs = fromMs; ageMs > untilMs; ageMs -= stepMs) {
      const at = new Date(Math.floor((now.getTime() - ageMs) / stepMs) * stepMs);
      await $client.query(
        `INSERT IGNORE INTO policy_counts (policy_id, at, team_id, passing, failing, erroring, stale)
         SELECT policy_id, ?, team_id, passing_host_count, failing_host_count, error_host_count,
         stale_host_count FROM policy_stats`,
        [at],
      );
    }
  }
  await insertCosts(db);
  await $client.query(
    "ANALYZE TABLE policy_transitions, host_versions, policy_counts, host_verdicts, label_spans, label_membership",
  );
}

/** Every host changed its verdict five times, and every third what it answers of labels once. */
async function insertVerdictsAndLabels({ $client }: Database, range: number[], now: Date) {
  const moment = (n: number) => `? - INTERVAL (${n} * 60 + host_id * 7 % 60) DAY`;
  const hosts = "(SELECT id AS host_id, verdict FROM hosts WHERE id BETWEEN ? AND ?) h";
  for (const n of [5, 4, 3, 2, 1]) {
    await $client.query(
      `INSERT INTO host_verdicts (host_id, ended_at, at, verdict)
       SELECT host_id, ${moment(n)}, ${moment(n + 1)}, ? FROM ${hosts}`,
      [now, now, n % 2 ? "unknown" : "pass", ...range],
    );
  }
  await $client.query(
    `INSERT INTO host_verdicts (host_id, ended_at, at, verdict)
     SELECT host_id, ?, ${moment(1)}, verdict FROM ${hosts}`,
    [FOREVER, now, ...range],
  );
  const since = "since - INTERVAL host_id % 100 DAY";
  await $client.query(
    `INSERT INTO label_spans (label_id, host_id, ended_at, at, is_member)
     SELECT label_id, host_id, ${since}, since - INTERVAL 300 DAY, 1 - is_member
     FROM label_membership WHERE host_id BETWEEN ? AND ? AND host_id % 3 = 0`,
    range,
  );
  await $client.query(
    `UPDATE label_membership
     SET since = if(host_id % 3 = 0, ${since}, since - INTERVAL 300 DAY)
     WHERE host_id BETWEEN ? AND ?`,
    range,
  );
}

async function insertChanges({ $client }: Database, range: number[], now: Date): Promise<void> {
  const columns = "host_id, policy_id, revision, from_state, to_state, at";
  await $client.query(
    `INSERT INTO policy_transitions (${columns})
     SELECT host_id, policy_id, 1, 'pending', 'pass',
     ? - INTERVAL (70 + (host_id * 7 + policy_id) % 300) DAY
     FROM policy_membership WHERE host_id BETWEEN ? AND ?`,
    [now, ...range],
  );
  await $client.query(
    `INSERT INTO policy_transitions (${columns})
     SELECT host_id, policy_id, 1, 'pass', state,
     ? - INTERVAL (host_id * 13 + policy_id * 101) % 86400 * 60 SECOND
     FROM policy_membership WHERE host_id BETWEEN ? AND ? AND state <> 'pass'`,
    [now, ...range],
  );
}

function insertCosts(db: Database): Promise<void> {
  const rows = [];
  for (let policyId = 1; policyId <= 60; policyId++) {
    for (let bucket = 8; bucket < 40; bucket++) {
      rows.push([policyId, 1, "wall", bucket, bucket * 100]);
      rows.push([policyId, 1, "memory", bucket + 20, bucket * 100]);
    }
  }
  return bulk(
    db,
    "INSERT INTO policy_costs (policy_id, revision, metric, bucket, runs) VALUES ?",
    rows,
  );
}
