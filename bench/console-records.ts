import type { RowDataPacket } from "mysql2/promise";
import { bulk, type Database } from "#db/client.ts";

/** A statement that takes longer than the pool waits is given up. */
const HOSTS_PER_STEP = 250;
const ACTIVITIES = 200_000;
const HISTORY_DAYS = 90;
const STEP_MS = 300_000;

/**
 * Answers of every policy, made inside the database: most pass, each policy fails on another share
 * of up to 60 %; some errors, some stale, 0.2 % exempt, and 1 % never answered.
 */
export async function insertMembershipRows(db: Database, hosts: number): Promise<void> {
  for (let from = 1; from <= hosts; from += HOSTS_PER_STEP) {
    await db.$client.query(
      `INSERT INTO policy_membership (host_id, policy_id, revision, state, passes, since, error)
       SELECT host_id, policy_id, 1, state, state <> 'fail',
       UTC_TIMESTAMP(3) - INTERVAL (host_id % 86400) SECOND,
       if(state = 'error', 'no such table: alf', NULL)
       FROM (SELECT host_id, policy_id, CASE WHEN share < 10 THEN NULL WHEN share < 20 THEN 'error'
         WHEN share < 38 THEN 'stale' WHEN share < 40 THEN 'exempt' WHEN share < 40 + fails THEN 'fail' ELSE 'pass' END AS state
         FROM (SELECT h.id AS host_id, p.id AS policy_id, (p.id * 37) % 600 AS fails,
           crc32(h.id * 1000 + p.id) % 1000 AS share
           FROM hosts h JOIN policies p ON p.team_id IS NULL OR p.team_id = h.team_id
           WHERE h.id BETWEEN ? AND ?) shared) answered
       WHERE state IS NOT NULL ORDER BY host_id, policy_id`,
      [from, from + HOSTS_PER_STEP - 1],
    );
  }
  const [policies] = await db.$client.query<RowDataPacket[]>("SELECT id FROM policies");
  for (const { id } of policies) {
    await db.$client.query(
      `INSERT INTO policy_stats (policy_id, team_id, revision, passing_host_count,
       failing_host_count, error_host_count, stale_host_count, exempt_host_count, updated_at)
       SELECT m.policy_id, ifnull(h.team_id, 0), 1, sum(state = 'pass'), sum(state = 'fail'),
       sum(state = 'error'), sum(state = 'stale'), sum(state = 'exempt'), UTC_TIMESTAMP(3)
       FROM policy_membership m JOIN hosts h ON h.id = m.host_id WHERE m.policy_id = ? GROUP BY 1, 2`,
      [id],
    );
  }
}

const RUN_HOSTS = 10_000;

/** An exemption for each exempt row and as many that have ended, and a run of 10,000 hosts. */
export async function insertExemptionsAndRun(db: Database): Promise<void> {
  for (const [expiresIn, settled] of [
    ["30", "in_force"],
    ["-30", "ended"],
  ]) {
    await db.$client.query(
      `INSERT INTO exemptions (policy_id, host_id, reason, author_name, created_at, expires_at, settled)
       SELECT policy_id, host_id, 'An old machine of the laboratory', 'Bench',
       UTC_TIMESTAMP(3) - INTERVAL 60 DAY, UTC_TIMESTAMP(3) + INTERVAL ${expiresIn} DAY, ?
       FROM policy_membership WHERE policy_id <= 20 AND state = 'exempt'`,
      [settled],
    );
  }
  await db.$client.query(
    `INSERT INTO runs (kind, query, author_name, targets, hosts, online_hosts, created_at, expires_at)
     VALUES ('policy', 'SELECT 1;', 'Bench', '{}', ?, ?, UTC_TIMESTAMP(3) - INTERVAL 1 HOUR,
     UTC_TIMESTAMP(3) - INTERVAL 30 MINUTE)`,
    [RUN_HOSTS, RUN_HOSTS],
  );
  await db.$client.query(
    `INSERT INTO run_hosts (run_id, host_id, state, row_count, answer_rows, error, wall_ms,
     memory_bytes, asked_times, asked_at, answered_at)
     SELECT 1, id, ELT(1 + id % 5, 'done', 'done', 'done', 'error', 'waiting'), id % 2,
     '[{"1":"1"}]', IF(id % 5 = 3, 'no such table: alf', NULL), id % 50, 1000000, 1,
     UTC_TIMESTAMP(3) - INTERVAL 1 HOUR, UTC_TIMESTAMP(3) - INTERVAL 50 MINUTE
     FROM hosts ORDER BY id LIMIT ?`,
    [RUN_HOSTS],
  );
}

const TYPES = ["created_policy", "edited_policy", "deleted_host", "user_logged_in", "edited_team"];

/** The dashboard chart's rows and, last, what people did. */
export async function insertRecords(db: Database, at: Date): Promise<void> {
  const firstMs = Math.floor(at.getTime() / STEP_MS) * STEP_MS - HISTORY_DAYS * 86_400_000;
  for (let atMs = firstMs; atMs <= at.getTime(); atMs += STEP_MS) {
    await bulk(
      db,
      "INSERT INTO posture_history (at, team_id, hosts, online, passing, failing, erroring, verdict_pass, verdict_fail) VALUES ?",
      Array.from({ length: 21 }, (_, team) => [
        new Date(atMs),
        team,
        5000,
        3500,
        200_000,
        40_000,
        4_000,
        3_000,
        1_500,
      ]),
    );
  }
  await bulk(
    db,
    "INSERT INTO activities (actor_name, actor_email, type, team_id, details, created_at) VALUES ?",
    Array.from({ length: ACTIVITIES }, (_, n) => {
      const person = `person ${n % 50}`;
      const details = JSON.stringify({ policy_name: `Policy ${n % 60}`, policy_id: n % 60 });
      const createdAt = new Date(at.getTime() - (ACTIVITIES - n) * 60_000);
      return [
        person,
        `${person}@example.com`,
        TYPES[n % 5],
        n % 3 ? null : n % 20,
        details,
        createdAt,
      ];
    }),
  );
}
