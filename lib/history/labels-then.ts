import type { Executor } from "#db/client.ts";
import { difference, type HostSet } from "#lib/host-set.ts";
import { standingOf } from "#lib/labels/host-labels.ts";
import { combineLabelSets, type LabelRule, type LabelSets } from "#lib/labels/label-sets.ts";
import type { LabelEntry, Labels } from "#lib/membership/label-card.ts";
import type { VitalColumns } from "#lib/membership/vitals.ts";
import {
  type LabelVersion,
  selectAnswersThen,
  selectFamiliesThen,
  selectLabelSpans,
  selectLabelsThen,
  selectVitalSetThen,
  selectVitalValuesThen,
} from "./labels-sql.ts";
import type { HostsThen } from "./then-sql.ts";

/** Labels in force at a moment; should two versions of one be, the later. */
export function rulesOf(versions: readonly LabelVersion[]): LabelRule[] {
  const sorted = [...versions].sort((a, b) => a.at.getTime() - b.at.getTime());
  const byId = new Map(
    sorted.map(({ labelId: id, membershipType, platform, criteria }) => [
      id,
      { id, membershipType, platform, criteria },
    ]),
  );
  return [...byId.values()];
}

/** Of whom rows said what about a label by SQL or a manual one. */
async function answersThen(executor: Executor, { id }: LabelRule, at: Date) {
  const [members, others] = await Promise.all([
    selectAnswersThen(executor, id, true, at),
    selectAnswersThen(executor, id, false, at),
  ]);
  // A member, should rows of servers whose clocks differ say both.
  return { id, members, outsiders: difference(others, members) };
}

/** Who was a member of labels and who was known not to be, by the rules that there are for now. */
export async function labelSetsThen(
  executor: Executor,
  labelIds: readonly number[],
  hosts: HostsThen,
): Promise<Map<number, LabelSets>> {
  const { at } = hosts;
  const labels = rulesOf(await selectLabelsThen(executor, labelIds, at));
  const [families, answers] = await Promise.all([
    selectFamiliesThen(executor, hosts),
    Promise.all(
      labels
        .filter(({ membershipType }) => membershipType !== "host_vitals")
        .map((label) => answersThen(executor, label, at)),
    ),
  ]);
  const setsOf = (which: keyof LabelSets) =>
    new Map<number, HostSet>(answers.map((one) => [one.id, one[which]]));
  return combineLabelSets(labels, {
    families,
    members: setsOf("members"),
    outsiders: setsOf("outsiders"),
    vitals: {
      values: (column) => selectVitalValuesThen(executor, column, at),
      set: (column, values) => selectVitalSetThen(executor, column, values, at),
    },
  });
}

/** A host's vitals as a version has them, where some may be from before they were kept. */
export type VitalsThen = { [K in keyof VitalColumns]: string | null };

/** What was known of one host and labels. As labelSetsThen, which a test holds it to. */
export function labelsOf(
  labels: readonly LabelRule[],
  host: VitalsThen,
  answers: ReadonlyMap<number, boolean>,
): Labels {
  const vitals = Object.fromEntries(
    Object.entries(host).map(([column, value]) => [column, value ?? ""]),
  ) as unknown as VitalColumns;
  const entries = labels.flatMap((label): [number, LabelEntry][] => {
    const standing = standingOf(label, vitals, answers);
    if (standing === "unknown") return [];
    return [[label.id, { revision: 1, isMember: standing === "member" }]];
  });
  return new Map(entries);
}

/** What rows said of a host, by label: a member, should they say both. */
export function answersOf(
  spans: readonly { labelId: number; isMember: boolean }[],
): Map<number, boolean> {
  const answers = new Map<number, boolean>();
  for (const { labelId, isMember } of spans) {
    answers.set(labelId, isMember || answers.get(labelId) === true);
  }
  return answers;
}

/** Tells what was known of labels of some hosts at a moment. */
export async function labelReader(
  executor: Executor,
  labelIds: readonly number[],
  hostIds: readonly number[],
  at: Date,
): Promise<(host: VitalsThen & { hostId: number }) => Labels> {
  const [versions, spans] = await Promise.all([
    selectLabelsThen(executor, labelIds, at),
    selectLabelSpans(executor, labelIds, hostIds, at, at),
  ]);
  const labels = rulesOf(versions);
  const byHost = spansByHost(spans);
  return (host) => labelsOf(labels, host, answersOf(byHost.get(host.hostId) ?? []));
}

export function spansByHost<T extends { hostId: number }>(spans: readonly T[]): Map<number, T[]> {
  const byHost = new Map<number, T[]>();
  for (const span of spans) {
    const ofHost = byHost.get(span.hostId);
    if (ofHost) ofHost.push(span);
    else byHost.set(span.hostId, [span]);
  }
  return byHost;
}
