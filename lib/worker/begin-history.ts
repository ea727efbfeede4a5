import { databaseNow, transaction } from "#db/client.ts";
import { markHistoryBegan, readHistoryLimits } from "#lib/history/limits.ts";
import { recordVerdicts } from "#lib/membership/host-verdicts.ts";
import { beginHostVersions } from "#lib/membership/host-versions.ts";
import { endLabelVersions, recordLabelVersions } from "#lib/membership/label-versions.ts";
import { lockHosts } from "#lib/membership/sql.ts";
import { endPolicyVersions } from "#lib/membership/versions.ts";
import { readVersionFields, versionFieldsOf } from "#lib/policies/version-fields.ts";
import { insertVersions } from "#lib/policies/version-sql.ts";
import { holdPolicies } from "#lib/revisions.ts";
import {
  endVersionsOfGone,
  fillVitals,
  insertMissingTransitions,
  raiseVersions,
  selectHostIdsAfter,
  selectHostsOfOtherVerdict,
  selectHostsWithoutVersion,
  selectPolicyVersions,
} from "./history-sql.ts";
import type { Job, JobContext } from "./job.ts";

const HOSTS_PER_STEP = 250;

/**
 * Writes down what there was before history was kept: versions of policies and hosts, and a change
 * for each answer that has none. When all is written the moment is marked, and "as of" reaches back
 * to it; verdicts and labels, which were kept later, have a mark of their own. Later it only catches what
 * a server of the version before wrote during an upgrade: a verdict, say, counts from the next run on.
 */
export function beginHistory(): Job {
  return {
    name: "begin history",
    everySeconds: 3_600,
    run: async (context) => {
      const { db, isOver } = context;
      await beginPolicies(context);
      await beginHosts(context);
      await beginLabels(context);
      await beginVerdicts(context);
      await endVersionsOfGone(db);
      const { beganAt, fullAt } = await readHistoryLimits(db);
      if (!isOver() && !fullAt) await markHistoryBegan(db, "full", await databaseNow(db));
      if (isOver() || beganAt) return;
      await beginAnswers(context);
      if (!isOver()) await markHistoryBegan(db, "any", await databaseNow(db));
    },
  };
}

type VersionedPolicy = Awaited<ReturnType<typeof selectPolicyVersions>>[number];

/** Whether a version says what the policy is. */
function isVersionOf({ policy, version }: VersionedPolicy): boolean {
  if (version?.revision !== policy.revision || version.name !== policy.name) return false;
  const stored: Record<string, unknown> = { ...readVersionFields(version.fields) };
  return Object.entries(versionFieldsOf(policy)).every(
    ([field, value]) => JSON.stringify(stored[field]) === JSON.stringify(value),
  );
}

function beginPolicies({ db }: JobContext): Promise<void> {
  return transaction(db, async (tx) => {
    await holdPolicies(tx);
    const found = (await selectPolicyVersions(tx)).filter((row) => !isVersionOf(row));
    const edited = found.flatMap(({ policy, version }) => (version ? [policy.id] : []));
    await raiseVersions(tx, edited);
    await endPolicyVersions(tx, edited, await databaseNow(tx));
    await insertVersions(tx, found.map(versionOf));
  });
}

const versionOf = ({ policy, version, authorName }: VersionedPolicy) => ({
  policyId: policy.id,
  version: policy.version + (version ? 1 : 0),
  revision: policy.revision,
  teamId: policy.teamId,
  name: policy.name,
  fields: { ...versionFieldsOf(policy) },
  authorId: policy.authorId,
  authorName: authorName ?? "",
  createdAt: policy.updatedAt,
});

async function beginHosts({ db, isOver }: JobContext): Promise<void> {
  while (!isOver()) {
    const hostIds = await selectHostsWithoutVersion(db, HOSTS_PER_STEP);
    if (hostIds.length === 0) return;
    await transaction(db, async (tx) => {
      await lockHosts(tx, hostIds);
      await beginHostVersions(tx, hostIds, await databaseNow(tx));
    });
  }
}

function beginLabels({ db }: JobContext): Promise<void> {
  return transaction(db, async (tx) => {
    await holdPolicies(tx);
    const at = await databaseNow(tx);
    await recordLabelVersions(tx, at);
    await endLabelVersions(tx, at);
  });
}

/** Also the vitals of versions from before those were kept. */
async function beginVerdicts({ db, isOver }: JobContext): Promise<void> {
  while (!isOver() && (await fillVitals(db, HOSTS_PER_STEP)) > 0);
  for (let afterId = 0; !isOver(); ) {
    const hostIds = await selectHostsOfOtherVerdict(db, afterId, HOSTS_PER_STEP);
    const lastId = hostIds.at(-1);
    if (lastId === undefined) return;
    await transaction(db, async (tx) => {
      await lockHosts(tx, hostIds);
      await recordVerdicts(tx, hostIds, await databaseNow(tx));
    });
    afterId = lastId;
  }
}

async function beginAnswers({ db, isOver }: JobContext): Promise<void> {
  for (let afterId = 0; !isOver(); ) {
    const hostIds = await selectHostIdsAfter(db, afterId, HOSTS_PER_STEP);
    const lastId = hostIds.at(-1);
    if (lastId === undefined) return;
    await transaction(db, async (tx) => {
      await lockHosts(tx, hostIds);
      await insertMissingTransitions(tx, hostIds);
    });
    afterId = lastId;
  }
}
