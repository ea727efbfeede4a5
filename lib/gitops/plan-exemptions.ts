import { databaseNow, type Executor, type Transaction } from "#db/client.ts";
import { teamScope } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import {
  requireRoom,
  requireTarget,
  settleTargets,
  writeExemptionChange,
  writeExemptionEnd,
  writeNewExemption,
} from "#lib/exemptions/exemptions.ts";
import { findByIdentifiers } from "#lib/labels/find-hosts.ts";
import type { PolicyAfter, Surroundings } from "./plan-policies.ts";
import {
  type ExemptionTarget,
  letOff,
  type PlannedChange,
  plannedChange,
  type Touches,
} from "./planned.ts";
import type { Problems } from "./problems.ts";
import { type GitopsExemption, type GitopsInput, NO_TEAM } from "./schema.ts";
import { type LiveExemption, selectLiveExemptions } from "./sql.ts";

interface Write {
  policy: PolicyAfter;
  target: ExemptionTarget;
  spec: GitopsExemption;
  before: LiveExemption["exemption"] | undefined;
}

export interface PlannedExemptions {
  changes: PlannedChange[];
  writes: Write[];
  /** To end: made elsewhere, or over by what the request says. */
  gone: { policy: PolicyAfter; exemption: LiveExemption["exemption"] }[];
  /** Those of which a change tells, by policy and target. */
  told: Set<string>;
}

type Hosts = ReadonlyMap<string, number>;

const NOBODY: ExemptionTarget = { hostId: null, labelId: null, teamId: null };
export const keyOf = (policyId: number, { hostId, labelId, teamId }: ExemptionTarget) =>
  JSON.stringify([policyId, hostId, labelId, teamId]);

/** "host anna-mbp", as changes name it. */
const nameOf = (policy: string, kind: string, target: string) => `${policy}, ${kind} ${target}`;

function nameOfSpec({ policy, host, label, team }: GitopsExemption): string {
  if (host) return nameOf(policy, "host", host);
  return label ? nameOf(policy, "label", label) : nameOf(policy, "team", team ?? "");
}

export function nameOfLive(
  policy: string,
  { exemption, hostName, labelName, teamName }: LiveExemption,
) {
  if (exemption.hostId !== null) return nameOf(policy, "host", hostName ?? "(gone)");
  if (exemption.labelId !== null) return nameOf(policy, "label", labelName ?? "(gone)");
  return nameOf(policy, "team", exemption.teamId === 0 ? NO_TEAM : (teamName ?? "(gone)"));
}

/** Those whom it lets off, before and after. */
function touchesOf(
  policy: PolicyAfter,
  target: ExemptionTarget,
  is: { was: boolean; stays: boolean },
) {
  const { before, fields, teamId } = policy;
  return {
    kind: "asked",
    before: is.was && before ? letOff(before, target) : undefined,
    after: is.stays ? letOff({ ...fields, teamId }, target) : undefined,
  } satisfies Touches;
}

type Fields = { reason: string; expiresAt: Date; remindAt?: Date | null };

/** A reminder that nobody speaks of is not compared. */
const auditOf = ({ reason, expiresAt, remindAt }: Fields) => ({
  reason,
  expires_at: expiresAt.toISOString(),
  ...(remindAt === undefined ? {} : { remind_at: remindAt?.toISOString() ?? null }),
});

const fieldsOf = ({ reason, expires_at, remind_at }: GitopsExemption): Fields => ({
  reason,
  expiresAt: expires_at,
  remindAt: remind_at,
});

class ExemptionPlanner {
  readonly planned: PlannedExemptions = { changes: [], writes: [], gone: [], told: new Set() };
  private readonly live = new Map<string, LiveExemption>();
  private readonly surroundings: Surroundings;
  private readonly problems: Problems;
  private readonly now: Date;
  private readonly viewer: Viewer;

  constructor(
    viewer: Viewer,
    surroundings: Surroundings,
    live: readonly LiveExemption[],
    problems: Problems,
    now: Date,
  ) {
    this.viewer = viewer;
    this.surroundings = surroundings;
    this.problems = problems;
    this.now = now;
    for (const row of live) this.live.set(keyOf(row.exemption.policyId, row.exemption), row);
  }

  async add(
    executor: Executor,
    place: string,
    spec: GitopsExemption,
    policy: PolicyAfter,
    hosts: Hosts,
  ): Promise<void> {
    const target = this.targetOf(place, spec, hosts);
    if (!target) return;
    const key = keyOf(policy.id, target);
    const { told } = this.planned;
    if (told.has(key)) this.problems.add(place, "this exemption is there twice");
    told.add(key);
    const over = spec.expires_at <= this.now;
    const before = this.live.get(key)?.exemption;
    if (over && before) this.planned.gone.push({ policy, exemption: before });
    else if (over)
      this.problems.warn(`${place}.expires_at`, "it has ended and has no effect: remove it");
    else if (Object.values(target).every((id) => id === null || id >= 0)) {
      await this.problems.at(place, () =>
        requireTarget(executor, this.viewer, policy.teamId, target),
      );
    }
    if (!over) this.planned.writes.push({ policy, target, spec, before });
    this.planned.changes.push(
      plannedChange({
        kind: "exemption",
        name: nameOfSpec(spec),
        team: policy.team,
        place,
        ...this.changeOf(spec, before, over),
        touches: touchesOf(policy, target, { was: before !== undefined, stays: !over }),
      }),
    );
  }

  private targetOf(place: string, spec: GitopsExemption, hosts: Hosts) {
    const { teams, labels } = this.surroundings;
    const missing = (kind: string, name: string) => {
      this.problems.add(`${place}.${kind}`, `${kind} "${name}" does not exist`);
      return undefined;
    };
    if (spec.host) {
      const hostId = hosts.get(spec.host);
      return hostId === undefined ? missing("host", spec.host) : { ...NOBODY, hostId };
    }
    if (spec.label) {
      const labelId = labels.after.get(spec.label)?.label.id;
      return labelId === undefined ? missing("label", spec.label) : { ...NOBODY, labelId };
    }
    const teamId = teams.get(spec.team ?? "");
    if (teamId === undefined || teamId === null) return missing("team", spec.team ?? "");
    return { ...NOBODY, teamId };
  }

  private changeOf(
    spec: GitopsExemption,
    before: LiveExemption["exemption"] | undefined,
    over: boolean,
  ) {
    const given = fieldsOf(spec);
    const after = auditOf(given);
    if (over) {
      return before
        ? ({ action: "delete", before: auditOf(before) } as const)
        : ({ action: "none" } as const);
    }
    if (!before) return { action: "create", after } as const;
    const remindAt = given.remindAt === undefined ? undefined : before.remindAt;
    const old = auditOf({ ...before, remindAt });
    const same = JSON.stringify(old) === JSON.stringify(after);
    return same
      ? ({ action: "none" } as const)
      : ({ action: "update", before: old, after } as const);
  }

  /** Those in force that the request does not name. */
  addOthers(policy: PolicyAfter, goes: boolean): void {
    for (const [key, row] of this.live) {
      if (row.exemption.policyId !== policy.id || this.planned.told.has(key)) continue;
      this.planned.told.add(key);
      if (goes) this.planned.gone.push({ policy, exemption: row.exemption });
      this.planned.changes.push(
        plannedChange({
          kind: "exemption",
          name: nameOfLive(policy.name, row),
          team: policy.team,
          action: goes ? "delete" : "keep",
          before: auditOf(row.exemption),
          touches: touchesOf(policy, row.exemption, { was: true, stays: !goes }),
        }),
      );
    }
  }
}

async function findHosts(
  executor: Executor,
  viewer: Viewer,
  { exemptions }: GitopsInput,
  problems: Problems,
): Promise<Hosts> {
  const wanted = exemptions.flatMap(({ host }) => host ?? []);
  if (wanted.length === 0) return new Map();
  const scope = teamScope(viewer, "host:identify");
  const { hosts, ambiguous } = await findByIdentifiers(executor, scope, wanted);
  for (const [index, { host }] of exemptions.entries()) {
    if (!host || !ambiguous.includes(host)) continue;
    const reason = `several hosts go by "${host}": use a serial number, UUID or osquery's identifier`;
    problems.add(`exemptions.${index}.host`, reason);
  }
  return new Map(hosts.map(({ identifier, id }) => [identifier, id]));
}

/** What becomes of each exemption; `after` are the policies as they will be. */
export async function planExemptions(
  executor: Executor,
  viewer: Viewer,
  input: GitopsInput,
  known: Surroundings & { after: readonly PolicyAfter[] },
  problems: Problems,
): Promise<PlannedExemptions> {
  const now = await databaseNow(executor);
  const hosts = await findHosts(executor, viewer, input, problems);
  const concerned = new Set([
    ...input.complete.exemptions,
    ...input.exemptions.map(({ policy_team }) => policy_team.trim()),
  ]);
  const policies = known.after.filter(({ team }) => concerned.has(team));
  const ids = policies.map(({ id }) => id).filter((id) => id > 0);
  const scope = teamScope(viewer, "policy:write");
  const live = await selectLiveExemptions(executor, scope, ids, now);
  const planner = new ExemptionPlanner(viewer, known, live, problems, now);
  const byName = new Map(policies.map((policy) => [`${policy.team}\n${policy.name}`, policy]));
  for (const [index, spec] of input.exemptions.entries()) {
    const policy = byName.get(`${spec.policy_team.trim()}\n${spec.policy}`);
    const place = `exemptions.${index}`;
    if (policy) await planner.add(executor, place, spec, policy, hosts);
    else problems.add(`${place}.policy`, `policy "${spec.policy}" does not exist`);
  }
  const goes = input.delete_other.includes("exemptions");
  for (const policy of policies) {
    if (input.complete.exemptions.includes(policy.team)) planner.addOthers(policy, goes);
  }
  return planner.planned;
}

/** Writes what was planned inside the same transaction, when the policies are made. */
export async function applyExemptions(
  tx: Transaction,
  viewer: Viewer,
  { writes, gone }: PlannedExemptions,
  now: Date,
): Promise<void> {
  for (const { policy, exemption } of gone) {
    await writeExemptionEnd(tx, viewer, policy, exemption, now);
  }
  for (const { policy, target, spec, before } of writes) {
    const fields = fieldsOf(spec);
    if (before) await writeExemptionChange(tx, viewer, policy, before, fields, now);
    else await writeNewExemption(tx, viewer, policy, target, fields, now);
  }
  await requireRoom(tx, now);
  await settleTargets(tx, [
    ...gone.map(({ exemption }) => exemption),
    ...writes.flatMap(({ before, target }) => (before ? [] : [target])),
  ]);
}
