import { LRUCache } from "lru-cache";
import { type Database, type Executor, isDatabase } from "#db/client.ts";
import type { HostSet } from "#lib/host-set.ts";
import { type LabelRecord, selectMembershipSets } from "./sql.ts";

/** 12 KB each at 100,000 hosts. */
const KEPT_MAX = 1_000;
/** One statement is the work of one core, and 380,000 answers take it 100 ms. */
const LABELS_PER_STATEMENT = 3;

const NOBODY: HostSet = Buffer.alloc(0);

/** Whose row was read, by the revision that it was read under. */
interface Kept {
  membershipRevision: number;
  hosts: HostSet;
}

/**
 * Looking at every answer to a label takes 25 ms for 100,000 hosts, and a list of policies may name
 * twenty labels. So what was read is kept for as long as nobody's answer changes, which the label's
 * own row tells: `labels` are as they were read before this. Each process, and each copy of this module
 * under Next, has its own; and each pool, since a replica may not have come as far as the database.
 */
const keptByDatabase = new WeakMap<Database, LRUCache<string, Kept>>();

function keptOf(db: Database): LRUCache<string, Kept> {
  const kept = keptByDatabase.get(db) ?? new LRUCache<string, Kept>({ max: KEPT_MAX });
  keptByDatabase.set(db, kept);
  return kept;
}

const keyOf = (labelId: number, isMember: boolean) => `${labelId} ${isMember}`;

/** Hosts of which rows say that they are members, or that they are not, by label. */
export async function readAnswers(
  executor: Executor,
  labels: readonly LabelRecord[],
  isMember: boolean,
): Promise<Map<number, HostSet>> {
  // Inside a transaction its own changes are seen, which may never be committed.
  if (!isDatabase(executor)) return readRows(executor, labels, isMember);
  const kept = keptOf(executor);
  const known = new Map<number, HostSet>();
  for (const { id, membershipRevision } of labels) {
    const found = kept.get(keyOf(id, isMember));
    if (found?.membershipRevision === membershipRevision) known.set(id, found.hosts);
  }
  const unknown = labels.filter(({ id }) => !known.has(id));
  const read = await readRows(executor, unknown, isMember);
  for (const { id, membershipRevision } of unknown) {
    const hosts = read.get(id) ?? NOBODY;
    kept.set(keyOf(id, isMember), { membershipRevision, hosts });
    known.set(id, hosts);
  }
  return known;
}

async function readRows(
  executor: Executor,
  labels: readonly LabelRecord[],
  isMember: boolean,
): Promise<Map<number, HostSet>> {
  const chunks: number[][] = [];
  for (let at = 0; at < labels.length; at += LABELS_PER_STATEMENT) {
    chunks.push(labels.slice(at, at + LABELS_PER_STATEMENT).map(({ id }) => id));
  }
  const maps = await Promise.all(
    chunks.map((ids) => selectMembershipSets(executor, ids, isMember)),
  );
  return new Map(maps.flatMap((map) => [...map]));
}
