import { LRUCache } from "lru-cache";
import { Tally } from "#lib/bound-metrics.ts";
import { deviceLink } from "#lib/device/link.ts";
import { readCard } from "#lib/membership/card.ts";
import { labelsOfCard } from "#lib/membership/label-card.ts";
import type { HostScope } from "#lib/membership/scope.ts";
import { staleAfterSeconds } from "#lib/membership/status.ts";
import { exemptionOf, type HostStanding, judgeHost } from "#lib/membership/verdict.ts";
import { body } from "./body.ts";
import { cacheControl, conditionalReply, type Reply, weakTag } from "./caching.ts";
import type { NamedPolicy, Rules } from "./rules.ts";
import type { Evidence, Match } from "./sql.ts";

/** What a request says besides who asks for whom. */
export interface Asked {
  ifNoneMatch: string | null | undefined;
  /** The address that the client used for us. */
  origin: string;
}

/** Three kilobytes each. Gateways ask about the same people's machines again and again. */
const ANSWERS_MAX = 10_000;

export interface Answer {
  match: Match;
  rules: Rules;
  origin: string;
  fromMs: number;
  /** From here on the same host and rules say something else. */
  untilMs: number;
  standing: HostStanding;
  json: string;
  tag: string;
}

/**
 * Judges hosts. The last answer to each is kept with all that it was made of, and serves again only
 * for the very same: reading and judging fifty policies costs as much as the rest of a request.
 */
export class Answers {
  /** Questions that a kept answer served, and those that were judged anew. */
  readonly tallies = { hit: new Tally(), miss: new Tally() };
  private readonly kept = new LRUCache<number, Answer>({ max: ANSWERS_MAX });

  /** What was answered to the same host, by the same rules, and still holds. */
  known(match: Match, rules: Rules, origin: string): Answer | undefined {
    const answer = this.kept.get(match.id);
    if (!answer || !isSame(answer, match, rules, origin)) return undefined;
    this.tallies.hit.inc();
    return answer;
  }

  of(evidence: Evidence, rules: Rules, origin: string): Answer {
    const known = this.known(evidence, rules, origin);
    if (known) return known;
    this.tallies.miss.inc();
    const answer = makeAnswer(evidence, rules, origin);
    this.kept.set(evidence.id, answer);
    return answer;
  }
}

export function replyOf(answer: Answer, ifNoneMatch: Asked["ifNoneMatch"], nowMs: number): Reply {
  const { passCacheSeconds } = answer.rules.settings;
  return conditionalReply(ifNoneMatch, {
    json: answer.json,
    tag: answer.tag,
    cacheControl: cacheControl(answer.standing, passCacheSeconds, nowMs),
  });
}

function isSame(answer: Answer, match: Match, rules: Rules, origin: string): boolean {
  const before = answer.match;
  const nowMs = match.readAtMs;
  return (
    answer.rules === rules &&
    answer.origin === origin &&
    nowMs >= answer.fromMs &&
    nowMs < answer.untilMs &&
    before.teamId === match.teamId &&
    before.platformFamily === match.platformFamily &&
    before.deviceTokenVersion === match.deviceTokenVersion &&
    before.revision === match.revision &&
    before.changedAt === match.changedAt
  );
}

function makeAnswer(evidence: Evidence, rules: Rules, origin: string): Answer {
  const nowMs = evidence.readAtMs;
  const { settings } = rules;
  const { card: packed, labelCard, ...match } = evidence;
  const { id: hostId, teamId, platformFamily } = match;
  const card = readCard(packed);
  const host: HostScope = { hostId, teamId, platformFamily, labels: labelsOfCard(labelCard) };
  const policies = rules.policiesOf(host);
  const standing = judgeHost(policies, host, card, settings.gate, nowMs);
  const link = deviceLink(evidence, settings, origin, nowMs);
  const { gate } = settings;
  const attestation = body({ host, policies, card, standing, gate, nowMs, url: link.url });
  const endsMs = policies.flatMap((policy) => [
    ...endOf(policy, card.get(policy.id), nowMs),
    ...(policy.exemptions ? [exemptionOf(policy, host, nowMs)?.untilMs ?? link.changesAtMs] : []),
  ]);
  const untilMs = Math.min(link.changesAtMs, ...endsMs);
  const json = JSON.stringify(attestation);
  return { match, rules, origin, fromMs: nowMs, untilMs, standing, json, tag: weakTag(json) };
}

/** When an answer that is fresh turns stale. */
function endOf(
  { intervalSeconds }: NamedPolicy,
  entry: { evaluatedAtMs: number } | undefined,
  nowMs: number,
): number[] {
  if (!entry) return [];
  const endMs = entry.evaluatedAtMs + staleAfterSeconds(intervalSeconds) * 1000;
  return endMs > nowMs ? [endMs] : [];
}
