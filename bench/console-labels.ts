import { crc32 } from "node:zlib";
import type { RowDataPacket } from "mysql2/promise";
import { bulk, type Database, transaction } from "#db/client.ts";
import type { LabelScope } from "#db/schema/policies.ts";
import { type LabelEntry, writeLabelCard } from "#lib/membership/label-card.ts";
import { retireScope } from "#lib/membership/retire-policy.ts";
import { raiseRevision } from "#lib/revisions.ts";

/** Members in a hundred of labels by SQL; the first three are big. */
const SHARES = [60, 45, 30, 5, 4, 2, 1];
/** One host in so many has not answered a label. */
const SILENT_EVERY = 50;
/** The label by hand lists one host in so many. */
const LISTED_EVERY = 200;
/** Every fourth policy goes by labels. */
const SCOPED_EVERY = 4;
const HOSTS_PER_STEP = 1_000;
/** A big policy's answers are retired in one go. */
const RETIRE_MS = 120_000;

const KINDS = [
  ...SHARES.map(() => ["dynamic", "SELECT 1 FROM file WHERE path = '/opt';", null] as const),
  ["manual", "", null],
  ["host_vitals", "", { vital: "platform_family", values: ["darwin"] }],
  ["host_vitals", "", { vital: "os_major", values: ["macOS 15"] }],
] as const;

async function insertKinds(db: Database): Promise<number[]> {
  const at = new Date();
  await bulk(
    db,
    `INSERT INTO labels (name, description, query, membership_type, criteria, created_at, updated_at)
     VALUES ?`,
    KINDS.map(([type, query, criteria], n) => {
      const text = criteria && JSON.stringify(criteria);
      return [`Label ${n + 1}`, "", query, type, text, at, at];
    }),
  );
  const [rows] = await db.$client.query<RowDataPacket[]>(
    "SELECT id FROM labels WHERE is_builtin = 0 ORDER BY id",
  );
  return rows.map(({ id }) => id);
}

const isMember = (hostId: number, n: number, family: string, osVersion: string): boolean | null => {
  const share = SHARES[n];
  if (n === SHARES.length) return hostId % LISTED_EVERY === 0;
  if (n === SHARES.length + 1) return family === "darwin";
  if (share === undefined) return osVersion.startsWith("macOS 15");
  if (crc32(`silent ${hostId} ${n}`) % SILENT_EVERY === 0) return null;
  return crc32(`${hostId} ${n}`) % 100 < share;
};

/** What hosts said, on their cards and in rows; labels by vitals are on cards alone. */
async function insertAnswers(db: Database, ids: readonly number[], hosts: number): Promise<void> {
  const at = new Date();
  for (let from = 1; from <= hosts; from += HOSTS_PER_STEP) {
    const [found] = await db.$client.query<RowDataPacket[]>(
      "SELECT id, platform_family AS family, os_version AS os FROM hosts WHERE id BETWEEN ? AND ?",
      [from, from + HOSTS_PER_STEP - 1],
    );
    const said = found.map((host) => ({
      hostId: Number(host.id),
      labels: new Map(
        ids.flatMap((id, n): [number, LabelEntry][] => {
          const member = isMember(host.id, n, host.family, host.os);
          const isUnlisted = n === SHARES.length && !member;
          return member === null || isUnlisted ? [] : [[id, { revision: 1, isMember: member }]];
        }),
      ),
    }));
    await bulk(
      db,
      "INSERT INTO label_membership (host_id, label_id, is_member, since) VALUES ?",
      said.flatMap(({ hostId, labels }) =>
        ids
          .slice(0, SHARES.length + 1)
          .filter((id) => labels.has(id))
          .map((id) => [hostId, id, labels.get(id)?.isMember, at]),
      ),
    );
    await bulk(
      db,
      `INSERT INTO host_agents (host_id, identifier, label_card, changed_at) VALUES ?
       ON DUPLICATE KEY UPDATE label_card = VALUES(label_card)`,
      said.map(({ hostId, labels }) => [hostId, `host-${hostId}`, writeLabelCard(labels), at]),
    );
  }
}

function scopesOf(ids: readonly number[]): LabelScope[] {
  const at = (...places: number[]) => places.flatMap((n) => ids[n] ?? []);
  return [
    { includeAny: at(0) },
    { excludeAny: at(3) },
    { includeAny: at(8), excludeAny: at(7) },
    { includeAny: at(1, 5), excludeAny: at(4) },
    { includeAll: at(0, 2) },
    { excludeAll: at(6, 9) },
  ];
}

async function scopePolicy(db: Database, id: number, labelScope: LabelScope): Promise<void> {
  await transaction(
    db,
    async (tx) => {
      await raiseRevision(tx, "policies");
      await tx.$client.query("UPDATE policies SET label_scope = ? WHERE id = ?", [
        JSON.stringify(labelScope),
        id,
      ]);
      const [[policy]] = await tx.$client.query<RowDataPacket[]>(
        "SELECT id, revision, team_id AS teamId, platform FROM policies WHERE id = ?",
        [id],
      );
      const { revision, teamId, platform } = policy as RowDataPacket;
      await retireScope(tx, { id, revision, teamId, platform }, labelScope);
    },
    { limitMs: RETIRE_MS },
  );
}

/**
 * Ten labels, three of them big, and every fourth policy goes by some. The answers that are there are
 * retired as an edit of the policies would.
 */
export async function insertLabelled(db: Database, hosts: number): Promise<void> {
  const ids = await insertKinds(db);
  await insertAnswers(db, ids, hosts);
  const scopes = scopesOf(ids);
  const [policies] = await db.$client.query<RowDataPacket[]>("SELECT id FROM policies ORDER BY id");
  for (const [n, { id }] of policies.entries()) {
    const scope = scopes[(n / SCOPED_EVERY) % scopes.length];
    if (scope) await scopePolicy(db, id, scope);
  }
  await db.$client.query("ANALYZE TABLE labels, label_membership");
}
