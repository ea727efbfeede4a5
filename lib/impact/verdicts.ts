import type { Executor } from "#db/client.ts";
import { type HostSet, idsOf } from "#lib/host-set.ts";
import { readCard } from "#lib/membership/card.ts";
import type { AnsweredPolicy, Bench } from "#lib/membership/judge.ts";
import { type Labels, labelsOfCard } from "#lib/membership/label-card.ts";
import { judgeHost, type Verdict } from "#lib/membership/verdict.ts";
import type { VerdictsJson } from "./schema.ts";
import { selectHostsToJudge } from "./sql.ts";

/** Judging is 50 us a host and policy set; more hosts than this are told from a sample of them. */
const JUDGED_MAX = 5_000;
const HOSTS_PER_STATEMENT = 1_000;

/** Every so manieth, so that the sample has hosts of all ages. */
function sampleOf(ids: readonly number[]): number[] {
  const step = ids.length / JUDGED_MAX;
  if (step <= 1) return [...ids];
  return Array.from({ length: JUDGED_MAX }, (_, at) => ids[Math.floor(at * step)] ?? 0);
}

/** The policies as they would be: some changed, some more, and some gone. */
export function benchAfter(
  bench: Bench,
  changed: readonly AnsweredPolicy[],
  gone: ReadonlySet<number> = new Set(),
): Bench {
  const written = new Set(changed.map(({ id }) => id));
  const others = bench.policies.filter(({ id }) => !written.has(id) && !gone.has(id));
  return { ...bench, policies: [...others, ...changed] };
}

/** What hosts are judged by: the rules, and labels where they are others than the host's card has. */
export interface Trial {
  bench: Bench;
  labelsOf?: (labels: Labels, hostId: number) => Labels;
}

/** Which hosts' verdicts would be others at the moment of saving. */
export async function verdictFlips(
  executor: Executor,
  concerned: HostSet,
  [before, after]: readonly [Trial, Trial],
  nowMs: number,
): Promise<VerdictsJson> {
  const all = idsOf(concerned);
  const ids = sampleOf(all);
  const flips = new Map<string, { from: Verdict; to: Verdict; hosts: number }>();
  for (let at = 0; at < ids.length; at += HOSTS_PER_STATEMENT) {
    const hosts = await selectHostsToJudge(executor, ids.slice(at, at + HOSTS_PER_STATEMENT));
    for (const { labelCard, ...row } of hosts) {
      const card = readCard(row.card);
      const judged = ({ bench, labelsOf = (labels) => labels }: Trial) => {
        const host = { ...row, labels: labelsOf(labelsOfCard(labelCard), row.hostId) };
        return judgeHost(bench.policies, host, card, bench.gate, nowMs).verdict;
      };
      const from = judged(before);
      const to = judged(after);
      if (from === to) continue;
      const key = `${from} ${to}`;
      const flip = flips.get(key) ?? { from, to, hosts: 0 };
      flip.hosts++;
      flips.set(key, flip);
    }
    // 1,000 hosts are 50 ms of judging: others' requests come in between.
    await new Promise((resume) => setImmediate(resume));
  }
  const scale = ids.length > 0 ? all.length / ids.length : 1;
  return {
    flips: [...flips.values()].map((flip) => ({ ...flip, hosts: Math.round(flip.hosts * scale) })),
    basis: scale > 1 ? "sample" : "exact",
    judged: ids.length,
  };
}
