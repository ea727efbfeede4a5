import { type Executor, type Transaction, transaction } from "#db/client.ts";
import { recordActivity } from "#lib/activities/activities.ts";
import { authorize } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { decrypt, encrypt, keyedHash, randomToken } from "#lib/crypto.ts";
import { database } from "#lib/database.ts";
import { env } from "#lib/env.ts";
import { conflict, invalid, notFound } from "#lib/errors.ts";
import { raiseRevision } from "#lib/revisions.ts";
import { SECRETS_MAX } from "./schema.ts";
import {
  deleteSecrets,
  expireSecrets,
  insertSecrets,
  lockTeamName,
  type SecretRow,
  selectSecrets,
  selectSecretsByHash,
  teamExists,
} from "./sql.ts";

/** As long as Fleet's own: 32 characters of base64. */
const SECRET_BYTES = 24;

export interface EnrollSecret {
  secret: string;
  teamId: number | null;
  createdAt: Date;
  expiresAt: Date | null;
}

/** Whose secrets: a team's, or with null the global ones, which enroll hosts into no team. */
export interface SecretOwner {
  teamId: number | null;
}

const open = (row: SecretRow): EnrollSecret => ({
  secret: decrypt(env().serverPrivateKey, row.secretEncrypted),
  teamId: row.teamId,
  createdAt: row.createdAt,
  expiresAt: row.expiresAt,
});

const sealed = (secret: string, teamId: number | null, createdAt: Date) => ({
  teamId,
  secretHash: keyedHash(env().serverPrivateKey, secret),
  secretEncrypted: encrypt(env().serverPrivateKey, secret),
  createdAt,
});

/** The live secrets in clear. Whoever has one can enroll hosts, so observers cannot read them. */
export async function listSecrets(
  viewer: Viewer,
  { teamId }: SecretOwner,
): Promise<EnrollSecret[]> {
  authorize(viewer, "secret:read", { teamId });
  const db = database();
  if (teamId !== null && !(await teamExists(db, teamId))) throw notFound("The team");
  return (await selectSecrets(db, teamId, new Date())).map(open);
}

/** Makes these the team's only secrets. Those it had before keep their age; others end at once. */
export async function replaceSecrets(
  viewer: Viewer,
  { teamId, secrets }: SecretOwner & { secrets: { secret: string }[] },
): Promise<EnrollSecret[]> {
  authorize(viewer, "secret:write", { teamId });
  const texts = secrets.map(({ secret }) => secret);
  return transaction(database(), async (tx) => {
    await raiseRevision(tx, "config");
    const teamName = await requireTeam(tx, teamId);
    await writeSecrets(tx, teamId, texts);
    await recordActivity(tx, viewer, {
      type: "edited_enroll_secrets",
      teamId,
      details: { team_id: teamId, team_name: teamName, secrets_count: texts.length },
    });
    return (await selectSecrets(tx, teamId, new Date())).map(open);
  });
}

/**
 * The write of replaceSecrets, for changes that set secrets beside other things. The caller has
 * authorized it, raised the config revision and records it. Throws `conflict` when another team
 * has one of the secrets: a host would not know where to enroll.
 */
export async function writeSecrets(
  tx: Transaction,
  teamId: number | null,
  secrets: string[],
): Promise<void> {
  const wanted = new Map(
    secrets.map((secret) => [keyedHash(env().serverPrivateKey, secret).toString("hex"), secret]),
  );
  const known = await selectSecretsByHash(
    tx,
    [...wanted.keys()].map((hash) => Buffer.from(hash, "hex")),
  );
  if (known.some((row) => row.teamId !== teamId)) {
    throw conflict("One of these enroll secrets is already in use by another team");
  }
  const kept = known.filter((row) => row.expiresAt === null);
  const keptHashes = new Set(kept.map((row) => row.secretHash.toString("hex")));
  // As of 1970, when none had expired yet: expired rows must go as well.
  const present = await selectSecrets(tx, teamId, new Date(0));
  const gone = present.filter((row) => !kept.some(({ id }) => id === row.id));
  await deleteSecrets(
    tx,
    gone.map((row) => row.id),
  );
  const fresh = [...wanted].filter(([hash]) => !keptHashes.has(hash));
  await insertSecrets(
    tx,
    fresh.map(([, secret]) => sealed(secret, teamId, new Date())),
  );
}

/** Whether writeSecrets would change anything. */
export async function secretsDiffer(
  executor: Executor,
  teamId: number | null,
  secrets: readonly string[],
): Promise<boolean> {
  const present = await selectSecrets(executor, teamId, new Date(0));
  const hash = (secret: string) => keyedHash(env().serverPrivateKey, secret).toString("hex");
  const wanted = new Set(secrets.map(hash));
  const same = present.filter(
    (row) => row.expiresAt === null && wanted.has(row.secretHash.toString("hex")),
  );
  return same.length !== present.length || same.length !== wanted.size;
}

/** Adds a random secret, e.g. for a new team. The caller has raised the config revision. */
export async function addSecret(tx: Transaction, teamId: number | null): Promise<string> {
  const secret = randomToken(SECRET_BYTES);
  await insertSecrets(tx, [sealed(secret, teamId, new Date())]);
  return secret;
}

/** A new secret beside the present ones, which end after the overlap. */
export async function rotateSecret(
  viewer: Viewer,
  { teamId, overlapHours }: SecretOwner & { overlapHours: number },
): Promise<EnrollSecret[]> {
  authorize(viewer, "secret:write", { teamId });
  return transaction(database(), async (tx) => {
    await raiseRevision(tx, "config");
    const teamName = await requireTeam(tx, teamId);
    const now = new Date();
    if ((await selectSecrets(tx, teamId, now)).length >= SECRETS_MAX) {
      throw invalid(
        "secrets",
        `There are ${SECRETS_MAX} enroll secrets already; remove some first`,
      );
    }
    const endsAt = new Date(now.getTime() + overlapHours * 3_600_000);
    await expireSecrets(tx, teamId, endsAt);
    await addSecret(tx, teamId);
    await recordActivity(tx, viewer, {
      type: "rotated_enroll_secret",
      teamId,
      details: { team_id: teamId, team_name: teamName, old_secrets_end_at: endsAt.toISOString() },
    });
    return (await selectSecrets(tx, teamId, now)).map(open);
  });
}

async function requireTeam(tx: Transaction, teamId: number | null): Promise<string | null> {
  if (teamId === null) return null;
  const name = await lockTeamName(tx, teamId);
  if (name === undefined) throw notFound("The team");
  return name;
}
