import { randomBytes } from "node:crypto";
import { eq } from "drizzle-orm";
import { transaction } from "#db/client.ts";
import { hostAgents, hostSeen, hosts } from "#db/schema/hosts.ts";
import { policies } from "#db/schema/policies.ts";
import { hashToken } from "#lib/crypto.ts";
import { database } from "#lib/database.ts";
import { selectMemberships } from "#lib/membership/answer-sql.ts";
import { readCard, writeCard } from "#lib/membership/card.ts";
import { MembershipChanges } from "#lib/membership/changes.ts";
import { cardDeadline } from "#lib/membership/deadline.ts";
import { recordVerdicts } from "#lib/membership/host-verdicts.ts";
import { beginHostVersions } from "#lib/membership/host-versions.ts";
import { holdBench } from "#lib/membership/judge.ts";
import { lockHosts, updateCards } from "#lib/membership/sql.ts";
import type { CardState } from "#lib/membership/status.ts";

export interface NewHost {
  teamId?: number | null;
  /** darwin unless told otherwise; the family follows. */
  platform?: "darwin" | "windows" | "ubuntu" | "rhel";
  hostname?: string;
  computerName?: string;
  hardwareSerial?: string;
  diskAvailableGigabytes?: number;
  osName?: string;
  osVersion?: string;
  createdAt?: Date;
  /** Now unless told otherwise. */
  seenAt?: Date;
}

const FAMILIES = { darwin: "darwin", windows: "windows", ubuntu: "linux", rhel: "linux" } as const;

/** A host as enrolment and details leave it, online, with no answers; answers its id. */
export async function insertHost(host: NewHost = {}): Promise<number> {
  const { seenAt = new Date(), platform = "darwin", ...columns } = host;
  const name = `host-${randomBytes(5).toString("hex")}`;
  const at = host.createdAt ?? new Date(Date.now() - 60_000);
  const [inserted] = await database()
    .insert(hosts)
    .values({
      hostname: name,
      uuid: `uuid-of-${name}`,
      hardwareSerial: `serial-of-${name}`,
      hardwareModel: "Model",
      platform,
      platformFamily: FAMILIES[platform],
      osName: "OS",
      osVersion: "OS 15.1",
      distributedIntervalSeconds: 10,
      configRefreshSeconds: 60,
      createdAt: at,
      updatedAt: at,
      lastEnrolledAt: at,
      ...columns,
    });
  const hostId = inserted.insertId;
  await database()
    .insert(hostAgents)
    .values({
      hostId,
      identifier: `identifier-of-${name}`,
      nodeKeyHash: hashToken(name),
      changedAt: at,
    });
  await database().insert(hostSeen).values({ hostId, seenAt });
  await beginHostVersions(database(), [hostId], at);
  await recordVerdicts(database(), [hostId], at);
  return hostId;
}

export interface GivenAnswer {
  /** When the host answered; a second ago unless told otherwise. */
  at?: Date;
  error?: string;
}

/** Gives a host's answer to a policy's present revision, with the row, card and counts it makes. */
export async function answer(
  hostId: number,
  policyId: number,
  state: CardState,
  told: GivenAnswer = {},
): Promise<void> {
  const at = told.at ?? new Date(Date.now() - 1_000);
  await transaction(database(), async (tx) => {
    const bench = await holdBench(tx);
    const [host] = await lockHosts(tx, [hostId]);
    const [policy] = await tx.select().from(policies).where(eq(policies.id, policyId));
    if (!host || !policy) throw new Error(`no host ${hostId} or policy ${policyId}`);
    const card = readCard(host.card);
    const { revision } = policy;
    const before = card.get(policyId);
    const [row] = await selectMemberships(tx, [hostId], [policyId]);
    const counted = row?.revision === revision ? before : undefined;
    const passes = state === "pass" || (state === "fail" ? false : (counted?.passes ?? null));
    const evaluatedAtMs = at.getTime();
    card.set(policyId, { policyId, revision, evaluatedAtMs, state, passes, isExempt: false });
    const changes = new MembershipChanges();
    const error = told.error ?? null;
    const given = { hostId, policyId, revision, state, passes, since: at, error };
    changes.flip(given, counted?.state ?? "pending", host.teamId);
    const deadlineAt = cardDeadline(bench.policies, host, card, Date.now());
    const { detailUpdatedAt, refetchRequestedAt } = host;
    const times = { detailUpdatedAt, refetchRequestedAt, policyUpdatedAt: at };
    await updateCards(tx, [{ ...times, host, card: writeCard(card), deadlineAt }]);
    await changes.write(tx, at);
  });
}
