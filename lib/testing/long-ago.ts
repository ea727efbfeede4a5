import { eq } from "drizzle-orm";
import { hostVersions } from "#db/schema/hosts.ts";
import { policyTransitions, policyVersions } from "#db/schema/policies.ts";
import { settings } from "#db/schema/system.ts";
import { database } from "#lib/database.ts";
import { startHistory } from "./history.ts";
import { insertPolicy } from "./policies.ts";

const HOUR_MS = 3_600_000;
const nowMs = Math.floor(Date.now() / 1000) * 1000;
export const hoursAgo = (hours: number) => new Date(nowMs - hours * HOUR_MS);

/** From and to, in hours before now. */
export const period = (from: number, to: number) => ({
  from: hoursAgo(from).toISOString(),
  to: hoursAgo(to).toISOString(),
});

/** History that began long ago; verdicts and labels are kept from now on. */
export async function startOldHistory(hours = 1_000): Promise<void> {
  await startHistory();
  const value = hoursAgo(hours).toISOString();
  await database().update(settings).set({ value }).where(eq(settings.name, "historyBegan"));
}

/** A policy that has been as it is for long. */
export async function oldPolicy(teamId: number | null = null, hours = 900): Promise<number> {
  const id = await insertPolicy({}, teamId);
  const of = eq(policyVersions.policyId, id);
  await database()
    .update(policyVersions)
    .set({ createdAt: hoursAgo(hours) })
    .where(of);
  return id;
}

let hostSerial = 1_000_000;

/** What is kept of a host that may be long gone. */
export async function oldHost(teamId: number | null, from = 900, until?: number): Promise<number> {
  hostSerial += 1;
  const endedAt = until === undefined ? null : hoursAgo(until);
  await database()
    .insert(hostVersions)
    .values({
      hostId: hostSerial,
      at: hoursAgo(from),
      endedAt,
      teamId,
      platform: "darwin",
      platformFamily: "darwin",
      displayName: `=host "${hostSerial}"`,
    });
  return hostSerial;
}

/** How many hours ago a host came to which state. */
export async function oldChanges(
  hostId: number,
  policyId: number,
  steps: readonly [number, string][],
  revision = 1,
): Promise<void> {
  let fromState = "pending";
  for (const [hours, toState] of steps) {
    const at = hoursAgo(hours);
    await database()
      .insert(policyTransitions)
      .values({ hostId, policyId, revision, fromState, toState, at });
    fromState = toState;
  }
}
