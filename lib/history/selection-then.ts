import { type TeamScope, teamScope } from "#lib/auth/permissions.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { difference, type HostSet, intersection } from "#lib/host-set.ts";
import { NEW_FOR_MS } from "#lib/hosts/status.ts";
import type { Verdict } from "#lib/membership/verdict.ts";
import { listDatabase } from "#lib/replica/replica.ts";
import type { HostsThenOptions } from "./as-of-schema.ts";
import { type HistoryLimits, requireFull, requireKnown } from "./limits.ts";
import { SetsAt } from "./sets.ts";
import { selectHostsThen, type VersionThen } from "./then-sql.ts";
import { selectVerdictSetsThen } from "./verdicts-sql.ts";

/** What a version from before all vitals were kept does not say. */
const KEPT_LATER = ["verdict", "label_id", "os_name", "os_version", "osquery_version"] as const;

const RESPONSE_STATES = { passing: "pass", failing: "fail" } as const;

/** The state that is asked for; undefined: any. */
function stateOf({ policy_state: state, policy_response: response }: HostsThenOptions) {
  return state ?? (response && RESPONSE_STATES[response]);
}

/** The hosts that every filter leaves. `version`: the policy that the list is about, as it was. */
export async function selectedThen(
  scope: TeamScope,
  options: HostsThenOptions,
  limits: HistoryLimits,
  version: VersionThen | undefined,
): Promise<HostSet> {
  const { as_of: at, verdict, label_id: labelId } = options;
  for (const name of KEPT_LATER) {
    if (options[name]) requireFull(at, limits, name);
  }
  const state = stateOf(options);
  const sets = await setsOf(scope, options, limits);
  const none = Promise.resolve(undefined);
  // Few enrolled in a day: read first, they spare reading how all the others stood.
  const only = options.status === "new" ? await newOf(sets, at, limits) : undefined;
  const chosen = await Promise.all([
    version && state ? sets.of(version, only).then((states) => states[state]) : sets.all(),
    only ?? none,
    verdict ? verdictSetOf(verdict, at) : none,
    typeof labelId === "number" ? sets.standings(labelId).then(({ members }) => members) : none,
  ]);
  return chosen.filter((set) => set !== undefined).reduce(intersection);
}

const verdictSetOf = async (verdict: Verdict, at: Date): Promise<HostSet> =>
  (await selectVerdictSetsThen(await listDatabase(), [verdict], at))[verdict];

/** The hosts of the moment that their own rows let in. */
async function setsOf(scope: TeamScope, options: HostsThenOptions, limits: HistoryLimits) {
  const { as_of: at, team_id: teamId, query } = options;
  return new SetsAt(
    await listDatabase(),
    {
      scope,
      at,
      teamId,
      query,
      platform: options.platform ?? undefined,
      osName: options.os_name ?? undefined,
      osVersion: options.os_version ?? undefined,
      osqueryVersion: options.osquery_version ?? undefined,
    },
    limits,
  );
}

/** Those that had not enrolled a day earlier, in whatever team: a host that moved is no new one. */
async function newOf(sets: SetsAt, at: Date, limits: HistoryLimits): Promise<HostSet> {
  const before = new Date(at.getTime() - NEW_FOR_MS);
  requireKnown(before, limits, "status new goes by the day before as_of, the beginning of which");
  const scope = teamScope(SYSTEM, "host:read");
  const [all, older] = await Promise.all([
    sets.all(),
    selectHostsThen(await listDatabase(), { scope, at: before }),
  ]);
  return difference(all, older);
}
