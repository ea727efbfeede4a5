import { LRUCache } from "lru-cache";
import { deviceLink } from "#lib/device/link.ts";
import { readCard } from "#lib/membership/card.ts";
import { labelsOfCard } from "#lib/membership/label-card.ts";
import type { HostScope } from "#lib/membership/scope.ts";
import { staleAfterSeconds } from "#lib/membership/status.ts";
import { exemptionOf, type HostStanding, judgeHost } from "#lib/membership/verdict.ts";
import { body } from "./body.ts";
import { cacheControl, conditionalReply, type Reply, weakTag } from "./caching.ts";
import type { NamedPolicy, Rules } from "./rules.ts";
import type { Match } from "./sql.ts";

/** What a request says besides who asks for whom. */
export interface Asked {
  ifNoneMatch: string | null | undefined;
  /** The address that the client used for us. */
  origin: string;
}

/** Three kilobytes each. Gateways ask about the same people's machines again and again. */
const ANSWERS_MAX = 10_000;

interface Answer {
  row: Match;
  rules: Rules;
  origin: string;
  fromMs: number;
  /** From here on the same row and rules say something else. */
  untilMs: number;
  standing: HostStanding;
  json: string;
  tag: string;
}

/**
 * Makes answers of rows. The last one to each host is kept with all that it was made of, and serves
 * again only for the very same: judging fifty policies costs as much as the rest of a request.
 */
export class Answers {
  private readonly known = new LRUCache<number, Answer>({ max: ANSWERS_MAX });

  reply(row: Match, rules: Rules, asked: Asked): Reply {
    const nowMs = row.readAt.getTime();
    const known = this.known.get(row.id);
    const answer =
      known && isSame(known, row, rules, asked.origin, nowMs)
        ? known
        : makeAnswer(row, rules, asked.origin, nowMs);
    if (answer !== known) this.known.set(row.id, answer);
    return conditionalReply(asked.ifNoneMatch, {
      json: answer.json,
      tag: answer.tag,
      cacheControl: cacheControl(answer.standing, rules.settings.passCacheSeconds, nowMs),
    });
  }
}

function isSame(known: Answer, row: Match, rules: Rules, origin: string, nowMs: number): boolean {
  const before = known.row;
  return (
    known.rules === rules &&
    known.origin === origin &&
    nowMs >= known.fromMs &&
    nowMs < known.untilMs &&
    before.teamId === row.teamId &&
    before.platformFamily === row.platformFamily &&
    before.deviceTokenVersion === row.deviceTokenVersion &&
    isSameCard(before.card, row.card) &&
    isSameCard(before.labelCard, row.labelCard)
  );
}

const isSameCard = (a: Buffer | null, b: Buffer | null) => (a && b ? a.equals(b) : a === b);

function makeAnswer(row: Match, rules: Rules, origin: string, nowMs: number): Answer {
  const { settings } = rules;
  const card = readCard(row.card);
  const { id: hostId, teamId, platformFamily } = row;
  const host: HostScope = { hostId, teamId, platformFamily, labels: labelsOfCard(row.labelCard) };
  const policies = rules.policiesOf(host);
  const standing = judgeHost(policies, host, card, settings.gate, nowMs);
  const link = deviceLink(row, settings, origin, nowMs);
  const { gate } = settings;
  const attestation = body({ host, policies, card, standing, gate, nowMs, url: link.url });
  const endsMs = policies.flatMap((policy) => [
    ...endOf(policy, card.get(policy.id), nowMs),
    ...(policy.exemptions ? [exemptionOf(policy, host, nowMs)?.untilMs ?? link.changesAtMs] : []),
  ]);
  const untilMs = Math.min(link.changesAtMs, ...endsMs);
  const json = JSON.stringify(attestation);
  return { row, rules, origin, fromMs: nowMs, untilMs, standing, json, tag: weakTag(json) };
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
