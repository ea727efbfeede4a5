import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "#lib/http/client.ts";
import type { NewBulk, TagsJson } from "./action-schema.ts";
import type { NewPolicy, PolicyChanges, PolicyJson, PolicyOrderKey } from "./schema.ts";
import type { Restoring, VersionJson } from "./version-schema.ts";

/** Counts move while hosts answer; people watch them after saving a policy. */
const REFETCH_MS = 5_000;
/** A roll-up reads every policy of a list. */
const ROLL_UP_REFETCH_MS = 15_000;

export interface PolicyListFilter {
  /** null: global policies. A number: that team's, and the global ones it inherits. */
  teamId: number | null;
  query?: string;
  /** A comma list: any of them. */
  tag?: string;
  framework?: string;
  page?: number;
  per_page?: number;
  order_key?: PolicyOrderKey;
  order_direction?: "asc" | "desc";
}

export type PolicyCountFilter = Pick<PolicyListFilter, "teamId" | "query" | "tag" | "framework"> & {
  /** False leaves out what a team inherits. */
  inherited?: boolean;
};

export const policyKeys = {
  all: ["policies"] as const,
  list: (filter: PolicyListFilter) => ["policies", "list", filter] as const,
  count: (filter: PolicyCountFilter) => ["policies", "count", filter] as const,
  detail: (id: number) => ["policies", "detail", id] as const,
  revisions: (id: number) => ["policies", "detail", id, "revisions"] as const,
  tags: (teamId: number | null) => ["policies", "list", "tags", teamId] as const,
};

const root = (teamId: number | null) =>
  teamId === null ? "/fleet/policies" : `/fleet/teams/${teamId}/policies`;

const inherited = (teamId: number | null) => (teamId === null ? {} : { merge_inherited: true });

export const policyListOptions = (filter: PolicyListFilter) =>
  queryOptions({
    queryKey: policyKeys.list(filter),
    queryFn: ({ signal }) => {
      const { teamId, ...options } = filter;
      const query = { ...options, ...inherited(teamId) };
      return api.get<{ policies: PolicyJson[] }>(root(teamId), { query, signal });
    },
    placeholderData: keepPreviousData,
    refetchInterval: REFETCH_MS,
  });

export const policyCountOptions = (filter: PolicyCountFilter) => {
  const { teamId, query, tag, framework, inherited: all = true } = filter;
  return queryOptions({
    queryKey: policyKeys.count({ teamId, query, tag, framework, inherited: all }),
    queryFn: ({ signal }) =>
      api.get<{ count: number }>(`${root(teamId)}/count`, {
        query: { query, tag, framework, ...(all && inherited(teamId)) },
        signal,
      }),
    refetchInterval: REFETCH_MS,
  });
};

/** One policy of any team, counted over all hosts that the viewer may see. */
export const policyOptions = (id: number) =>
  queryOptions({
    queryKey: policyKeys.detail(id),
    queryFn: ({ signal }) => api.get<{ policy: PolicyJson }>(`/fleet/policies/${id}`, { signal }),
    refetchInterval: REFETCH_MS,
  });

/** A policy as one team's hosts answer it; kept under the policy's key, so changes reach it. */
export const teamPolicyOptions = (id: number, teamId: number | null) =>
  queryOptions({
    queryKey: [...policyKeys.detail(id), teamId],
    queryFn: ({ signal }) => api.get<{ policy: PolicyJson }>(`${root(teamId)}/${id}`, { signal }),
    refetchInterval: REFETCH_MS,
  });

/** Policies decide the verdicts and issues of hosts, so those are read again too. */
function usePolicyMutation<I, O>(
  mutationFn: (input: I) => Promise<O>,
  stale: readonly (readonly string[])[] = [policyKeys.all],
) {
  const client = useQueryClient();
  return useMutation({
    mutationFn,
    onSuccess: () =>
      Promise.all([...stale, ["hosts"]].map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
}

type PolicyAnswer = { policy: PolicyJson };

export const useCreatePolicy = () =>
  usePolicyMutation(({ teamId, body }: { teamId: number | null; body: NewPolicy }) =>
    api.post<PolicyAnswer>(root(teamId), { body }),
  );

/** `teamId` is the policy's own: the API refuses a change by another scope's address. */
export const useUpdatePolicy = () =>
  usePolicyMutation((change: { id: number; teamId: number | null; body: PolicyChanges }) =>
    api.patch<PolicyAnswer>(`${root(change.teamId)}/${change.id}`, { body: change.body }),
  );

/** Policies by id, or all of a list. */
export type PolicyChoice = Pick<NewBulk, "ids" | "filter">;

const bulk = (body: NewBulk) =>
  api.post<{ matched: number; changed: number[] }>("/muster/policies/bulk", { body });

export const useChangePolicies = () => usePolicyMutation(bulk);

/** Lists alone are read again: the page of a deleted policy would only learn that it is gone. */
export const useDeletePolicies = () =>
  usePolicyMutation(
    (choice: PolicyChoice) => bulk({ action: "delete", ...choice }),
    [
      ["policies", "list"],
      ["policies", "count"],
    ],
  );

const own = (id: number) => `/muster/policies/${id}`;

interface RevisionPage {
  revisions: VersionJson[];
  meta: { has_next_results: boolean; has_previous_results: boolean };
}

/** A policy's revisions, newest first. */
export const revisionsOptions = (id: number, page: number) =>
  queryOptions({
    queryKey: [...policyKeys.revisions(id), page],
    queryFn: ({ signal }) =>
      api.get<RevisionPage>(`${own(id)}/revisions`, { query: { page }, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: REFETCH_MS,
  });

export const revisionOptions = (id: number, version: number) =>
  queryOptions({
    queryKey: [...policyKeys.revisions(id), "one", version],
    queryFn: ({ signal }) =>
      api.get<{ revision: VersionJson }>(`${own(id)}/revisions/${version}`, { signal }),
  });

export const useRestoreRevision = () =>
  usePolicyMutation(({ id, version, ...body }: { id: number; version: number } & Restoring) =>
    api.post<PolicyAnswer>(`${own(id)}/revisions/${version}/restore`, { body }),
  );

export const usePausePolicy = () =>
  usePolicyMutation(({ id, paused, reason }: { id: number; paused: boolean; reason: string }) =>
    api.post<PolicyAnswer>(`${own(id)}/${paused ? "pause" : "resume"}`, { body: { reason } }),
  );

/** Has all hosts of a policy, or some, answer it at their next check-in. */
export const useRunPolicy = () =>
  usePolicyMutation(({ id, hostIds }: { id: number; hostIds?: readonly number[] }) =>
    api.post<PolicyAnswer & { host_ids: number[] | null }>(`${own(id)}/run`, {
      body: { host_ids: hostIds },
    }),
  );

/** Tags and frameworks of a list of policies; `teamId` as in the list. */
export const policyTagsOptions = (teamId: number | null) =>
  queryOptions({
    queryKey: policyKeys.tags(teamId),
    queryFn: ({ signal }) =>
      api.get<TagsJson>("/muster/policies/tags", { query: { team_id: teamId }, signal }),
    refetchInterval: ROLL_UP_REFETCH_MS,
  });
