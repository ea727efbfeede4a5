import type { RowDataPacket } from "mysql2/promise";
import { bulk, type Database } from "#db/client.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { hashToken } from "#lib/crypto.ts";
import { createPolicy } from "#lib/policies/edit.ts";
import { createPolicyBody } from "#lib/policies/schema.ts";
import { insertHistory } from "./console-history.ts";
import { insertLabelled } from "./console-labels.ts";
import { insertExemptionsAndRun, insertMembershipRows, insertRecords } from "./console-records.ts";
import { nodeKeyOf, passingCard } from "./fleet.ts";

export const FLEET = { hosts: 100_000, globalPolicies: 50, teamPolicies: 10, teams: 20 };
const HOSTS_PER_STEP = 1_000;
const DAY_MS = 86_400_000;

/** Spreads ids evenly and the same way each time; `salt` makes unlike columns independent. */
export const spread = (id: number, salt: number, of: number): number =>
  ((id * 2_654_435_761 + salt * 40_503 * 65_537) >>> 7) % of;

const pick = <T>(values: readonly T[], id: number, salt: number): T =>
  values[spread(id, salt, values.length)] as T;

const SYSTEMS = {
  darwin: { platform: ["darwin"], os: "macOS", versions: ["14.7.1", "15.1", "15.2", "15.3.1"] },
  windows: { platform: ["windows"], os: "Windows 11 Pro", versions: ["22H2", "23H2", "24H2"] },
  linux: {
    platform: ["ubuntu", "rhel", "debian"],
    os: "Linux",
    versions: ["22.04", "24.04", "9.4"],
  },
};
const PEOPLE = ["anna", "bo", "chen", "dora", "emil", "fatma", "george", "hana", "ivan", "julia"];
const MODELS = ["MacBookPro18,3", "Mac14,2", "ThinkPad X1", "Latitude 7440", "EliteBook 840"];
const VENDORS = ["Apple Inc.", "Lenovo", "Dell Inc.", "HP"];

/** 60 % macOS, 30 % Windows, 10 % Linux. */
function familyOf(id: number): keyof typeof SYSTEMS {
  const share = spread(id, 1, 10);
  return share < 6 ? "darwin" : share < 9 ? "windows" : "linux";
}

/** Teams of uneven size: the first has a fifth of the fleet, the last a few hundred; 5 % have none. */
export function teamOf(id: number): number | null {
  const share = spread(id, 2, 1000) / 1000;
  return share < 0.05 ? null : 1 + Math.floor(((share - 0.05) / 0.95) ** 2 * FLEET.teams);
}

/** 70 % seen just now, 29 % within the month, 1 % missing for longer. */
function seenAt(id: number, nowMs: number): Date {
  const share = spread(id, 3, 100);
  const agoMs =
    share < 70
      ? spread(id, 4, 20_000)
      : share < 99
        ? 120_000 + spread(id, 4, 29 * DAY_MS)
        : 31 * DAY_MS + spread(id, 4, 30 * DAY_MS);
  return new Date(nowMs - agoMs);
}

function hostRow(id: number, nowMs: number) {
  const family = familyOf(id);
  const system = SYSTEMS[family];
  const version = pick(system.versions, id, 5);
  const name = `${pick(PEOPLE, id, 6)}-${id.toString(36)}`;
  const createdAt = new Date(nowMs - spread(id, 7, 400) * DAY_MS - spread(id, 8, DAY_MS));
  const failing = spread(id, 9, 3) === 0 ? 1 + spread(id, 10, 12) : 0;
  return {
    id,
    team_id: teamOf(id),
    hostname: `${name}.corp.example`,
    computer_name: family === "linux" ? "" : `${name}'s ${family === "darwin" ? "Mac" : "PC"}`,
    uuid: `${hashToken(String(id)).toString("hex").slice(0, 32)}`,
    platform: pick(system.platform, id, 11),
    platform_family: family,
    os_name: system.os,
    os_version: `${system.os} ${version}`,
    osquery_version: pick(["5.19.0", "5.22.1", "5.23.0"], id, 12),
    hardware_vendor: pick(VENDORS, id, 13),
    hardware_model: pick(MODELS, id, 14),
    hardware_serial: hashToken(`serial ${id}`).toString("hex").slice(0, 12).toUpperCase(),
    cpu_type: pick(["arm64e", "x86_64"], id, 15),
    cpu_brand: pick(["Apple M1 Pro", "Apple M3", "Intel Core i7-1365U"], id, 16),
    memory_bytes: 2 ** (33 + spread(id, 17, 4)),
    primary_ip: `10.${id >> 16}.${(id >> 8) & 255}.${id & 255}`,
    primary_mac: `02:00:00:${(id >> 16).toString(16)}:${((id >> 8) & 255).toString(16)}:${(id & 255).toString(16)}`,
    public_ip: `203.0.113.${spread(id, 18, 255)}`,
    last_restarted_at: new Date(nowMs - spread(id, 19, 20 * DAY_MS)),
    disk_total_gigabytes: pick([256, 512, 1024], id, 20),
    disk_available_gigabytes: spread(id, 21, 2500) / 10,
    disk_encryption_enabled: spread(id, 22, 20) > 0,
    distributed_interval_seconds: spread(id, 23, 20) === 0 ? 60 : 10,
    config_refresh_seconds: 60,
    logger_period_seconds: 10,
    verdict: failing > 0 ? "fail" : spread(id, 24, 20) === 0 ? "unknown" : "pass",
    failing_policies_count: failing,
    failing_critical_policies_count: Math.floor(failing / 4),
    created_at: createdAt,
    updated_at: new Date(nowMs - spread(id, 25, 3_600_000)),
    last_enrolled_at: createdAt,
  };
}

/** All rows have the keys of the first. */
async function insertAll(db: Database, table: string, rows: Record<string, unknown>[]) {
  const columns = Object.keys(rows[0] ?? {});
  const values = rows.map((row) => columns.map((column) => row[column]));
  await bulk(db, `INSERT INTO ${table} (${columns.join(", ")}) VALUES ?`, values);
}

async function insertPolicies(): Promise<number[]> {
  const ids: number[] = [];
  for (let n = 1; n <= FLEET.globalPolicies + FLEET.teamPolicies; n++) {
    const teamId = n <= FLEET.globalPolicies ? null : n - FLEET.globalPolicies;
    const query = `SELECT 1 FROM alf WHERE global_state >= 1 AND version <> 'policy ${n}';`;
    const tags = [n % 2 ? "disk" : "updates", `cis-v8:4.${1 + (n % 9)}`];
    const named = { name: `Policy ${n}`, query, tags, critical: n % 5 === 0 };
    const body = createPolicyBody.parse(named);
    ids.push((await createPolicy(SYSTEM, teamId, body)).id);
  }
  return ids;
}

async function insertHosts(db: Database, policyIds: readonly number[], nowMs: number) {
  const card = passingCard(policyIds, new Date(nowMs));
  const at = new Date(nowMs);
  for (let from = 1; from <= FLEET.hosts; from += HOSTS_PER_STEP) {
    const ids = Array.from({ length: HOSTS_PER_STEP }, (_, i) => from + i);
    await insertAll(
      db,
      "hosts",
      ids.map((id) => hostRow(id, nowMs)),
    );
    await bulk(
      db,
      `INSERT INTO host_agents (host_id, identifier, node_key_hash, card, detail_updated_at,
       policy_updated_at, changed_at) VALUES ?`,
      ids.map((id) => {
        const updatedAt = new Date(nowMs - spread(id, 26, 3_600_000));
        return [id, `host-${id}`, hashToken(nodeKeyOf(id)), card, updatedAt, updatedAt, at];
      }),
    );
  }
}

/** Contact as of now, or all hosts go offline while the benchmark runs. */
export async function touchHosts(db: Database) {
  const nowMs = Date.now();
  for (let from = 1; from <= FLEET.hosts; from += HOSTS_PER_STEP) {
    const ids = Array.from({ length: HOSTS_PER_STEP }, (_, i) => from + i);
    await bulk(
      db,
      "INSERT INTO host_seen (host_id, seen_at) VALUES ? ON DUPLICATE KEY UPDATE seen_at = VALUES(seen_at)",
      ids.map((id) => [id, seenAt(id, nowMs)]),
    );
  }
}

/** 100,000 hosts that look like a company's, unless the database has them already. */
export async function seedConsoleFleet(db: Database): Promise<void> {
  const [[row]] = await db.$client.query<RowDataPacket[]>("SELECT count(*) AS n FROM activities");
  // Activities are written last.
  if (Number(row?.n) < 1_000) {
    const teams = Array.from({ length: FLEET.teams }, (_, n) => `Team ${n + 1}`);
    const at = new Date();
    await insertAll(
      db,
      "teams",
      teams.map((name) => ({ name, description: "", created_at: at, updated_at: at })),
    );
    const policyIds = await insertPolicies();
    await insertHosts(db, policyIds, at.getTime());
    await insertMembershipRows(db, FLEET.hosts);
    await insertExemptionsAndRun(db);
    await insertLabelled(db, FLEET.hosts);
    await insertHistory(db, FLEET.hosts, at);
    await insertRecords(db, at);
  }
  await touchHosts(db);
  await db.$client.query(
    "ANALYZE TABLE hosts, host_seen, host_agents, policy_membership, activities",
  );
}
