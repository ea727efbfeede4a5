import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, apiUrl, type Query } from "#lib/http/client.ts";
import type { HostDetailJson, HostJson } from "./json.ts";
import type { HostFilters, HostOrderKey } from "./schema.ts";

/** Lists follow what hosts report without anybody pressing anything. */
const LIST_REFETCH_MS = 10_000;
const DETAIL_REFETCH_MS = 10_000;
/** A host answers a refetch within one check-in; the page shows it within a second of that. */
const REFETCHING_MS = 1_000;

export interface HostPage {
  page: number;
  per_page: number;
  order_key: HostOrderKey;
  order_direction: "asc" | "desc";
}

export const hostKeys = {
  all: ["hosts"] as const,
  list: (filters: HostFilters, page: HostPage) => ["hosts", "list", filters, page] as const,
  count: (filters: HostFilters) => ["hosts", "count", filters] as const,
  detail: (id: number) => ["hosts", "detail", id] as const,
};

const queryOf = (filters: HostFilters): Query => ({ ...filters });

export const hostListOptions = (filters: HostFilters, page: HostPage) =>
  queryOptions({
    queryKey: hostKeys.list(filters, page),
    queryFn: ({ signal }) =>
      api.get<{ hosts: HostJson[] }>("/fleet/hosts", {
        query: { ...queryOf(filters), ...page },
        signal,
      }),
    placeholderData: keepPreviousData,
    refetchInterval: LIST_REFETCH_MS,
  });

export const hostCountOptions = (filters: HostFilters) =>
  queryOptions({
    queryKey: hostKeys.count(filters),
    queryFn: ({ signal }) =>
      api.get<{ count: number }>("/fleet/hosts/count", { query: queryOf(filters), signal }),
    refetchInterval: LIST_REFETCH_MS,
  });

/** Where the browser downloads the list as CSV, in its order and with these columns. */
export function hostReportUrl(
  filters: HostFilters,
  order: Pick<HostPage, "order_key" | "order_direction">,
  columns: readonly string[],
): string {
  const query = { ...queryOf(filters), ...order, format: "csv", columns: columns.join(",") };
  return apiUrl("/fleet/hosts/report", query);
}

/** Polls every second while the host is being refetched. */
export const hostOptions = (id: number) =>
  queryOptions({
    queryKey: hostKeys.detail(id),
    queryFn: ({ signal }) => api.get<{ host: HostDetailJson }>(`/fleet/hosts/${id}`, { signal }),
    refetchInterval: ({ state }) =>
      state.data?.host.refetch_requested ? REFETCHING_MS : DETAIL_REFETCH_MS,
  });

/** Policies count hosts, so what changes hosts changes them as well. */
function useHostMutation<I, O>(
  mutationFn: (input: I) => Promise<O>,
  stale: readonly (readonly string[])[] = [hostKeys.all],
) {
  const client = useQueryClient();
  return useMutation({
    mutationFn,
    onSuccess: () =>
      Promise.all(
        [...stale, ["policies"]].map((queryKey) => client.invalidateQueries({ queryKey })),
      ),
  });
}

export const useRefetchHost = () =>
  useHostMutation((id: number) => api.post<object>(`/fleet/hosts/${id}/refetch`));

/** Labels by name, on whose lists the host is put or taken off. */
export const useSetHostLabels = () =>
  useHostMutation(
    ({ id, labels, change }: { id: number; labels: string[]; change: "add" | "remove" }) =>
      api[change === "add" ? "post" : "delete"]<object>(`/fleet/hosts/${id}/labels`, {
        body: { labels },
      }),
    [hostKeys.all, ["labels"]],
  );

/** Certain hosts, or all that a list's filters match at that moment. */
export type HostChoice = { ids: number[] } | { filters: HostFilters };

/** Lists alone are read again: the page of a deleted host would only learn that it is gone. */
export const useDeleteHosts = () =>
  useHostMutation(
    (choice: HostChoice) => api.post<object>("/fleet/hosts/delete", { body: choice }),
    [
      ["hosts", "list"],
      ["hosts", "count"],
    ],
  );

/** `teamId` null takes the hosts out of their team. */
export const useTransferHosts = () =>
  useHostMutation(({ choice, teamId }: { choice: HostChoice; teamId: number | null }) =>
    "ids" in choice
      ? api.post<object>("/fleet/hosts/transfer", { body: { team_id: teamId, hosts: choice.ids } })
      : api.post<object>("/fleet/hosts/transfer/filter", {
          body: { team_id: teamId, filters: choice.filters },
        }),
  );

export const useCreateDeviceLink = () =>
  useMutation({
    mutationFn: (id: number) =>
      api.post<{ url: string; expires_at: string }>(`/muster/hosts/${id}/device-link`),
  });

export const useRevokeDeviceLinks = () =>
  useHostMutation((id: number) => api.post<object>(`/muster/hosts/${id}/device-link/revoke`));
