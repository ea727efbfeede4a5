import { and, asc, eq, gt, inArray, isNull, or } from "drizzle-orm";
import type { Executor, Transaction } from "#db/client.ts";
import { enrollSecrets, teams } from "#db/schema/teams.ts";

export type SecretRow = typeof enrollSecrets.$inferSelect;

const ofTeam = (teamId: number | null) =>
  teamId === null ? isNull(enrollSecrets.teamId) : eq(enrollSecrets.teamId, teamId);

const alive = (now: Date) => or(isNull(enrollSecrets.expiresAt), gt(enrollSecrets.expiresAt, now));

/** The team a secret enrolls into (null: none); undefined when the secret is unknown or expired. */
export async function findEnrollSecret(
  executor: Executor,
  secretHash: Buffer,
  now: Date,
): Promise<{ teamId: number | null } | undefined> {
  const [row] = await executor
    .select({ teamId: enrollSecrets.teamId })
    .from(enrollSecrets)
    .where(and(eq(enrollSecrets.secretHash, secretHash), alive(now)));
  return row;
}

/** Every secret's hash in hex, for the agent path, which keeps them all. */
export async function selectSecretHashes(
  executor: Executor,
): Promise<{ hash: string; teamId: number | null; expiresAt: Date | null }[]> {
  const rows = await executor
    .select({
      hash: enrollSecrets.secretHash,
      teamId: enrollSecrets.teamId,
      expiresAt: enrollSecrets.expiresAt,
    })
    .from(enrollSecrets);
  return rows.map((row) => ({ ...row, hash: row.hash.toString("hex") }));
}

/** A team's live secrets (null: the global ones), newest last. */
export function selectSecrets(
  executor: Executor,
  teamId: number | null,
  now: Date,
): Promise<SecretRow[]> {
  return executor
    .select()
    .from(enrollSecrets)
    .where(and(ofTeam(teamId), alive(now)))
    .orderBy(asc(enrollSecrets.id));
}

/** Which of the given secrets exist, expired ones as well: a hash is unique over all teams. */
export function selectSecretsByHash(executor: Executor, hashes: Buffer[]): Promise<SecretRow[]> {
  if (hashes.length === 0) return Promise.resolve([]);
  return executor.select().from(enrollSecrets).where(inArray(enrollSecrets.secretHash, hashes));
}

export async function insertSecrets(
  tx: Transaction,
  rows: (typeof enrollSecrets.$inferInsert)[],
): Promise<void> {
  if (rows.length > 0) await tx.insert(enrollSecrets).values(rows);
}

export async function deleteSecrets(tx: Transaction, ids: number[]): Promise<void> {
  if (ids.length > 0) await tx.delete(enrollSecrets).where(inArray(enrollSecrets.id, ids));
}

export async function deleteSecretsOfTeam(tx: Transaction, teamId: number): Promise<void> {
  await tx.delete(enrollSecrets).where(eq(enrollSecrets.teamId, teamId));
}

/** Lets a team's secrets end at `at`, or when they would have ended before. */
export async function expireSecrets(
  tx: Transaction,
  teamId: number | null,
  at: Date,
): Promise<void> {
  const later = or(isNull(enrollSecrets.expiresAt), gt(enrollSecrets.expiresAt, at));
  await tx
    .update(enrollSecrets)
    .set({ expiresAt: at })
    .where(and(ofTeam(teamId), later));
}

export async function teamExists(executor: Executor, teamId: number): Promise<boolean> {
  const rows = await executor.select({ id: teams.id }).from(teams).where(eq(teams.id, teamId));
  return rows.length > 0;
}

/** The team's name, locked against deletion until the transaction ends. */
export async function lockTeamName(tx: Transaction, teamId: number): Promise<string | undefined> {
  const [row] = await tx
    .select({ name: teams.name })
    .from(teams)
    .where(eq(teams.id, teamId))
    .for("update");
  return row?.name;
}
