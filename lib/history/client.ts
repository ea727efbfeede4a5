import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { ExemptionFilter, ExemptionList } from "#lib/exemptions/client.ts";
import { api } from "#lib/http/client.ts";
import { Turns } from "#lib/turns.ts";
import type {
  CountedThenJson,
  HostsThenJson,
  HostThenReplyJson,
  PoliciesThenJson,
  PolicyThenReplyJson,
} from "./as-of-schema.ts";
import type { Range } from "./count-steps.ts";
import type {
  CostJson,
  CountsJson,
  ErrorsJson,
  FlappingJson,
  HistoryJson,
  TimelineJson,
  VerdictsJson,
} from "./history-schema.ts";
import type { LabelsThenJson, LabelThenReplyJson } from "./label-as-of-schema.ts";
import type { TagsThenJson } from "./roll-up-schema.ts";

/** null: every team in sight. 0: hosts in no team. */
type TeamInView = number | null;

const REFRESH_MS = 30_000;
/** The past does not change. */
const FOR_GOOD = { staleTime: Number.POSITIVE_INFINITY, placeholderData: keepPreviousData };

export interface ThenPage {
  page: number;
  per_page: number;
  query?: string;
}

const LIMITS_STALE_MS = 60_000;

/** How far back one can look. */
export const historyLimitsOptions = () =>
  queryOptions({
    queryKey: ["as-of", "limits"] as const,
    queryFn: ({ signal }) => api.get<HistoryJson>("/muster/history", { signal }),
    staleTime: LIMITS_STALE_MS,
  });

/** Under the policies' key, so that an edit is seen in the chart at once. */
const ofPolicy = (id: number, what: string, ...rest: unknown[]) =>
  ["policies", "detail", id, what, ...rest] as const;

export const policyCountsOptions = (id: number, range: Range, teamId: TeamInView) =>
  queryOptions({
    queryKey: ofPolicy(id, "counts", range, teamId),
    queryFn: ({ signal }) =>
      api.get<CountsJson>(`/muster/policies/${id}/history`, {
        query: { range, team_id: teamId },
        signal,
      }),
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  });

export const flappingOptions = (id: number, teamId: TeamInView, page = 0) =>
  queryOptions({
    queryKey: ofPolicy(id, "flapping", teamId, page),
    queryFn: ({ signal }) =>
      api.get<FlappingJson>(`/muster/policies/${id}/flapping`, {
        query: { team_id: teamId, page },
        signal,
      }),
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  });

export const policyErrorsOptions = (id: number, teamId: TeamInView) =>
  queryOptions({
    queryKey: ofPolicy(id, "errors", teamId),
    queryFn: ({ signal }) =>
      api.get<ErrorsJson>(`/muster/policies/${id}/errors`, { query: { team_id: teamId }, signal }),
    refetchInterval: REFRESH_MS,
  });

export const costOptions = (id: number) =>
  queryOptions({
    queryKey: ofPolicy(id, "cost"),
    queryFn: ({ signal }) => api.get<CostJson>(`/muster/policies/${id}/cost`, { signal }),
    refetchInterval: REFRESH_MS,
  });

/** A host's changes of one policy; of null: of all. */
export const timelineOptions = (
  hostId: number,
  policyId: number | null,
  page: number,
  size: number,
) =>
  queryOptions({
    queryKey: ["hosts", "detail", hostId, "timeline", policyId, page, size] as const,
    queryFn: ({ signal }) =>
      api.get<TimelineJson>(`/muster/hosts/${hostId}/timeline`, {
        query: { policy_id: policyId, page, per_page: size },
        signal,
      }),
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  });

/** A host's verdicts, newest first. */
export const verdictsOptions = (hostId: number, page: number, size: number) =>
  queryOptions({
    queryKey: ["hosts", "detail", hostId, "verdicts", page, size] as const,
    queryFn: ({ signal }) =>
      api.get<VerdictsJson>(`/muster/hosts/${hostId}/verdicts`, {
        query: { page, per_page: size },
        signal,
      }),
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  });

const then = ["as-of"] as const;

export interface PoliciesThenFilter extends ThenPage {
  /** A comma list. */
  tag?: string;
  framework?: string;
}

/** Without counts, each of which policyThenOptions asks for. */
export const policiesThenOptions = (asOf: string, teamId: TeamInView, page: PoliciesThenFilter) =>
  queryOptions({
    queryKey: [...then, "policies", asOf, teamId, page] as const,
    queryFn: ({ signal }) =>
      api.get<PoliciesThenJson>("/muster/as-of/policies", {
        query: { as_of: asOf, team_id: teamId, without_counts: true, ...page },
        signal,
      }),
    ...FOR_GOOD,
  });

/**
 * To count a policy's hosts is a tenth of a second of the database's at 100,000, and a page shows twenty
 * policies: a few are asked for at a time, however many a browser would send.
 */
const counting = new Turns({ name: "counts of the past", atOnce: 3, waitingMax: 200 });

export const policyThenOptions = (asOf: string, id: number, teamId: TeamInView) =>
  queryOptions({
    queryKey: [...then, "policy", asOf, id, teamId] as const,
    queryFn: ({ signal }) =>
      counting.run(() =>
        api.get<PolicyThenReplyJson>(`/muster/as-of/policies/${id}`, {
          query: { as_of: asOf, team_id: teamId },
          signal,
        }),
      ),
    ...FOR_GOOD,
  });

/** At 100,000 hosts one takes a tenth of a second, as long as a request of ours may. */
const POLICIES_PER_STEP = 1;

/** Every policy with its counts, one by one: for what is added up over all of them. */
export const countedPoliciesOptions = (asOf: string, teamId: TeamInView) =>
  infiniteQueryOptions({
    queryKey: [...then, "policies", "counted", asOf, teamId] as const,
    queryFn: ({ pageParam: page, signal }) =>
      counting.run(() =>
        api.get<CountedThenJson>("/muster/as-of/policies", {
          query: { as_of: asOf, team_id: teamId, page, per_page: POLICIES_PER_STEP },
          signal,
        }),
      ),
    initialPageParam: 0,
    getNextPageParam: ({ count }, pages) =>
      pages.length * POLICIES_PER_STEP < count ? pages.length : undefined,
    staleTime: FOR_GOOD.staleTime,
  });

/**
 * Tags and frameworks of all policies; the counts are added up from countedPoliciesOptions. Nothing of
 * another moment is kept: the counts would be mixed with it.
 */
export const tagsThenOptions = (asOf: string, teamId: TeamInView) =>
  queryOptions({
    queryKey: [...then, "tags", asOf, teamId] as const,
    queryFn: ({ signal }) =>
      api.get<TagsThenJson>("/muster/as-of/tags", {
        query: { as_of: asOf, team_id: teamId, without_counts: true },
        signal,
      }),
    staleTime: FOR_GOOD.staleTime,
  });

export const exemptionsThenOptions = (asOf: string, filter: ExemptionFilter) =>
  queryOptions({
    queryKey: [...then, "exemptions", asOf, filter] as const,
    queryFn: ({ signal }) =>
      api.get<ExemptionList>("/muster/as-of/exemptions", {
        query: { as_of: asOf, ...filter },
        signal,
      }),
    ...FOR_GOOD,
  });

/** Without counts, each of which labelThenOptions asks for. */
export const labelsThenOptions = (asOf: string, page: ThenPage) =>
  queryOptions({
    queryKey: [...then, "labels", asOf, page] as const,
    queryFn: ({ signal }) =>
      api.get<LabelsThenJson>("/muster/as-of/labels", { query: { as_of: asOf, ...page }, signal }),
    ...FOR_GOOD,
  });

export const labelThenOptions = (asOf: string, id: number) =>
  queryOptions({
    queryKey: [...then, "label", asOf, id] as const,
    queryFn: ({ signal }) =>
      counting.run(() =>
        api.get<LabelThenReplyJson>(`/muster/as-of/labels/${id}`, {
          query: { as_of: asOf },
          signal,
        }),
      ),
    ...FOR_GOOD,
  });

export interface HostsThenFilter extends ThenPage {
  team_id: TeamInView;
  policy_id?: number | null;
  policy_state?: string | null;
  verdict?: string | null;
  label_id?: number | null;
  order_direction: "asc" | "desc";
}

export const hostsThenOptions = (asOf: string, filter: HostsThenFilter) =>
  queryOptions({
    queryKey: [...then, "hosts", asOf, filter] as const,
    queryFn: ({ signal }) =>
      api.get<HostsThenJson>("/muster/as-of/hosts", { query: { as_of: asOf, ...filter }, signal }),
    ...FOR_GOOD,
  });

export const hostThenOptions = (asOf: string, id: number) =>
  queryOptions({
    queryKey: [...then, "host", asOf, id] as const,
    queryFn: ({ signal }) =>
      api.get<HostThenReplyJson>(`/muster/as-of/hosts/${id}`, { query: { as_of: asOf }, signal }),
    ...FOR_GOOD,
  });
