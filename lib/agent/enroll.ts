import { type Database, type Transaction, transaction } from "#db/client.ts";
import { errorNumber } from "#db/outage.ts";
import { hashToken, keyedHash, randomToken } from "#lib/crypto.ts";
import type { Env } from "#lib/env.ts";
import { recordVerdicts } from "#lib/membership/host-verdicts.ts";
import { beginHostVersions, recordHostVersions } from "#lib/membership/host-versions.ts";
import { type KnownLabel, withOwnLabels } from "#lib/membership/known-labels.ts";
import { NO_LABELS, writeLabelCard } from "#lib/membership/label-card.ts";
import { moveHostsToTeam, requireTeam } from "#lib/membership/membership.ts";
import { NO_VITALS } from "#lib/membership/vitals.ts";
import { familyOfPlatformType } from "#lib/osquery/platform.ts";
import { holdPolicies } from "#lib/revisions.ts";
import type { AgentConfigs } from "./config.ts";
import { isObject, type Json, textRow } from "./input.ts";
import { type AgentReply, nodeInvalid, reply } from "./replies.ts";
import {
  insertAgent,
  insertHost,
  lockAgentByIdentifier,
  replaceNodeKey,
  updateVitals,
  upsertSeen,
} from "./sql.ts";
import { type Row, type Vitals, vitalsOfEnrolment } from "./vitals.ts";

/**
 * How long the key before the last enrolment goes on working. Up to four threads of one osquery
 * re-enroll one after the other, and a late refusal of an old key makes it drop a fresh one.
 */
const PREVIOUS_KEY_LIFE_MS = 10 * 60_000;
const ER_DUP_ENTRY = 1062;
const IDENTIFIER_CHARACTERS_MAX = 255;

const refused = (reason: string) => nodeInvalid(`enroll failed: ${reason}`);

export interface EnrollOptions {
  db: Database;
  env: Env;
  nowMs: () => number;
  /** To tell which ones a new host is a member of. Details do so again, should these be of late. */
  labels: readonly KnownLabel[];
}

interface Enrolment {
  identifier: string;
  teamId: number | null;
  vitals: Vitals;
  nodeKeyHash: Buffer;
  labels: readonly KnownLabel[];
  at: Date;
}

function tablesOf(body: Json): Record<string, Row> {
  const details = isObject(body.host_details) ? body.host_details : {};
  const tables: Record<string, Row> = {};
  for (const [table, row] of Object.entries(details)) {
    if (isObject(row)) tables[table] = textRow(row);
  }
  return tables;
}

/** The identity to enroll by; what osquery calls itself when the chosen one is missing. */
function identify(mode: string, body: Json, tables: Record<string, Row>): string {
  const provided = typeof body.host_identifier === "string" ? body.host_identifier : "";
  const chosen: Record<string, string | undefined> = {
    uuid: tables.osquery_info?.uuid || tables.system_info?.uuid,
    hostname: tables.system_info?.hostname,
    instance: tables.osquery_info?.instance_id,
  };
  return (chosen[mode] || provided).trim().slice(0, IDENTIFIER_CHARACTERS_MAX);
}

/** Enrolls a host or gives a known one a new key (contract: fleet-api 1.1, osquery-agent 2). */
export async function enroll(
  options: EnrollOptions,
  configs: AgentConfigs,
  body: Json,
): Promise<AgentReply> {
  const { env, db, nowMs } = options;
  const secret = typeof body.enroll_secret === "string" ? body.enroll_secret : "";
  const hash = keyedHash(env.serverPrivateKey, secret).toString("hex");
  const found = secret ? configs.secret(hash, nowMs()) : undefined;
  if (!found) return refused("no matching secret found");
  const tables = tablesOf(body);
  const identifier = identify(env.hostIdentifier, body, tables);
  if (!identifier) return refused("the host did not say who it is (empty host_identifier)");
  const vitals = vitalsOfEnrolment(tables);
  vitals.platformFamily ||= familyOfPlatformType(String(body.platform_type ?? ""));
  const nodeKey = randomToken(env.nodeKeySizeBytes);
  const at = new Date(nowMs());
  const nodeKeyHash = hashToken(nodeKey);
  const { labels } = options;
  const enrolment = { identifier, teamId: found.teamId, vitals, nodeKeyHash, labels, at };
  const done = await writeEnrolment(db, enrolment, env.enrollCooldownSeconds);
  if (!done) return refused(`host identified by ${identifier} enrolling too often`);
  return reply(JSON.stringify({ node_key: nodeKey }));
}

/** False when the host enrolled within the cooldown. */
async function writeEnrolment(
  db: Database,
  enrolment: Enrolment,
  cooldownSeconds: number,
): Promise<boolean> {
  const write = () =>
    transaction(db, async (tx) => {
      // First, as everywhere before hosts are locked.
      await holdPolicies(tx);
      const { teamId } = enrolment;
      await requireTeam(tx, teamId);
      const known = await lockAgentByIdentifier(tx, enrolment.identifier);
      if (!known) return insertEnrolled(tx, enrolment);
      const sinceMs = enrolment.at.getTime() - known.lastEnrolledAt.getTime();
      if (cooldownSeconds > 0 && sinceMs < cooldownSeconds * 1000) return false;
      const { hostId } = known;
      if (known.teamId !== teamId) await moveHostsToTeam(tx, [hostId], teamId);
      // The platform is left to the details, whose commit retires what no longer applies.
      const { platformFamily: _, ...vitals } = enrolment.vitals;
      await updateVitals(tx, hostId, vitals, enrolment.at);
      await tx.$client.query("UPDATE hosts SET last_enrolled_at = ? WHERE id = ?", [
        enrolment.at,
        hostId,
      ]);
      const previousExpiresAt = new Date(enrolment.at.getTime() + PREVIOUS_KEY_LIFE_MS);
      const { nodeKeyHash } = enrolment;
      await replaceNodeKey(tx, { hostId, nodeKeyHash, previousExpiresAt });
      await recordHostVersions(tx, [hostId], enrolment.at);
      return true;
    });
  try {
    return await write();
  } catch (error) {
    // Somebody else enrolled the same new host first; now it is known.
    if (errorNumber(error) === ER_DUP_ENTRY) return write();
    throw error;
  }
}

async function insertEnrolled(tx: Transaction, enrolment: Enrolment): Promise<true> {
  const { teamId, vitals, at, identifier, nodeKeyHash } = enrolment;
  const hostId = await insertHost(tx, { teamId, vitals, at });
  const labels = withOwnLabels(NO_LABELS, enrolment.labels, { ...NO_VITALS, ...vitals });
  const labelCard = writeLabelCard(labels);
  await insertAgent(tx, { hostId, identifier, nodeKeyHash, labelCard });
  // Lists take for granted that every host was seen once.
  await upsertSeen(tx, [{ hostId, seenAt: at }]);
  await beginHostVersions(tx, [hostId], at);
  await recordVerdicts(tx, [hostId], at);
  return true;
}
