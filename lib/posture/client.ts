import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { HostSummary } from "#lib/hosts/json.ts";
import { api } from "#lib/http/client.ts";
import type { PostureHistoryJson, PostureJson } from "./schema.ts";
import type { PostureThenJson } from "./then-schema.ts";

/** null: every team in sight. 0: hosts in no team. */
type TeamInView = number | null;

/** Answers arrive all the time, and a dashboard is left open on a wall. */
const REFRESH_MS = 30_000;
const HISTORY_REFRESH_MS = 300_000;

export const postureKeys = {
  all: ["posture"] as const,
  now: (teamId: TeamInView) => ["posture", "now", teamId] as const,
  history: (teamId: TeamInView, days: number) => ["posture", "history", teamId, days] as const,
};

export const postureOptions = (teamId: TeamInView) =>
  queryOptions({
    queryKey: postureKeys.now(teamId),
    queryFn: ({ signal }) =>
      api.get<PostureJson>("/muster/posture", { query: { team_id: teamId }, signal }),
    refetchInterval: REFRESH_MS,
  });

export const postureHistoryOptions = (teamId: TeamInView, days: number) =>
  queryOptions({
    queryKey: postureKeys.history(teamId, days),
    queryFn: ({ signal }) =>
      api.get<PostureHistoryJson>("/muster/posture-history", {
        query: { team_id: teamId, days },
        signal,
      }),
    placeholderData: keepPreviousData,
    refetchInterval: HISTORY_REFRESH_MS,
  });

/** Hosts and verdicts; answers are added up from countedPoliciesOptions. */
export const postureThenOptions = (asOf: string, teamId: TeamInView) =>
  queryOptions({
    queryKey: ["as-of", "posture", asOf, teamId] as const,
    queryFn: ({ signal }) =>
      api.get<PostureThenJson>("/muster/as-of/posture", {
        query: { as_of: asOf, team_id: teamId, without_counts: true },
        signal,
      }),
    // The past does not change. Nothing of another moment is kept: what is counted would be mixed with it.
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Under the hosts' key, so that whatever changes hosts changes these numbers as well. */
export const hostSummaryOptions = (teamId: TeamInView) =>
  queryOptions({
    queryKey: ["hosts", "summary", teamId] as const,
    queryFn: ({ signal }) =>
      api.get<HostSummary>("/fleet/host_summary", { query: { team_id: teamId }, signal }),
    refetchInterval: REFRESH_MS,
  });
