import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "#lib/http/client.ts";
import type { NewPolicy, PolicyJson, PolicyOrderKey } from "./schema.ts";

/** Counts move while hosts answer; people watch them after saving a policy. */
const REFETCH_MS = 5_000;

export interface PolicyListFilter {
  /** null: global policies. A number: that team's, and the global ones it inherits. */
  teamId: number | null;
  query?: string;
  page?: number;
  per_page?: number;
  order_key?: PolicyOrderKey;
  order_direction?: "asc" | "desc";
}

export const policyKeys = {
  all: ["policies"] as const,
  list: (filter: PolicyListFilter) => ["policies", "list", filter] as const,
  count: (teamId: number | null, query: string) => ["policies", "count", teamId, query] as const,
  detail: (id: number) => ["policies", "detail", id] as const,
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

export const policyCountOptions = (teamId: number | null, query: string) =>
  queryOptions({
    queryKey: policyKeys.count(teamId, query),
    queryFn: ({ signal }) =>
      api.get<{ count: number }>(`${root(teamId)}/count`, {
        query: { query, ...inherited(teamId) },
        signal,
      }),
    refetchInterval: REFETCH_MS,
  });

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
  usePolicyMutation((change: { id: number; teamId: number | null; body: Partial<NewPolicy> }) =>
    api.patch<PolicyAnswer>(`${root(change.teamId)}/${change.id}`, { body: change.body }),
  );

/** Lists alone are read again: the page of a deleted policy would only learn that it is gone. */
export const useDeletePolicies = () =>
  usePolicyMutation(
    ({ teamId, ids }: { teamId: number | null; ids: number[] }) =>
      api.post<{ deleted?: number[] }>(`${root(teamId)}/delete`, { body: { ids } }),
    [
      ["policies", "list"],
      ["policies", "count"],
    ],
  );
