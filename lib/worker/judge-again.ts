import { type Database, databaseNow, transaction } from "#db/client.ts";
import { MembershipChanges } from "#lib/membership/changes.ts";
import { HostAnswers } from "#lib/membership/host-answers.ts";
import { type Bench, courtOf, holdBench, readBench } from "#lib/membership/judge.ts";
import { lockHosts, selectVitals } from "#lib/membership/sql.ts";
import { isEarlier, isUnsettled, type StoredHost } from "#lib/membership/unsettled.ts";
import { writeHosts } from "#lib/membership/write-hosts.ts";
import { readRevision } from "#lib/revisions.ts";
import type { Job } from "./job.ts";
import { selectHostsToJudge, settleExemptionsUntil } from "./sql.ts";

const HOSTS_PER_STEP = 500;

/**
 * After a change of policies, labels, exemptions or of the gate, brings every host's rows up to date:
 * labels by vitals, what is exempt, the verdicts that lists sort and filter by, and deadlines (a host's
 * own page and attestation compute theirs). Reads every card once per change and writes only hosts that
 * differ, so an edit of one policy rewrites few rows of 100,000.
 */
export function judgeAgain(): Job {
  let doneRevision = -1;
  return {
    name: "judge again",
    everySeconds: 1,
    run: async ({ db, isOver }) => {
      const revision = await readRevision(db, "policies");
      if (revision === doneRevision) return;
      const began = await databaseNow(db);
      const bench = await readBench(db);
      let afterId = 0;
      while (!isOver()) {
        const hosts = await selectHostsToJudge(db, afterId, HOSTS_PER_STEP);
        await judgeStep(db, bench, hosts);
        const last = hosts.at(-1);
        if (!last || hosts.length < HOSTS_PER_STEP) {
          await settleExemptionsUntil(db, began);
          doneRevision = revision;
          return;
        }
        afterId = last.hostId;
      }
    },
  };
}

async function judgeStep(db: Database, bench: Bench, hosts: StoredHost[]): Promise<void> {
  const nowMs = (await databaseNow(db)).getTime();
  const ids = hosts.filter((host) => isUnsettled(bench, host, nowMs)).map(({ hostId }) => hostId);
  if (ids.length === 0) return;
  // Settled under lock: an answer may have come in between.
  await transaction(db, async (tx) => {
    const court = courtOf(await holdBench(tx, ids));
    const at = await databaseNow(tx);
    const changes = new MembershipChanges();
    const locked = await lockHosts(tx, ids);
    const vitals = await selectVitals(tx, ids);
    const finished = locked.map((row) => {
      const host = new HostAnswers(row, court, changes);
      const own = vitals.get(row.hostId);
      if (own) host.settleLabels(own, at);
      const done = host.finish(at);
      // A card that says the same is not written: every server would read the host again.
      const isSame = !done.isTouched && !isEarlier(done.update.deadlineAt, row.deadlineAt);
      return isSame ? { ...done, update: undefined } : done;
    });
    await writeHosts(tx, finished, changes, at);
  });
}
