import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { HostJson } from "#lib/hosts/json.ts";
import { api, apiUrl } from "#lib/http/client.ts";
import type {
  KeepReply,
  NewRunInput,
  RunHostsReply,
  RunJson,
  RunListReply,
  RunReply,
  RunTargetsInput,
  TargetCount,
} from "./schema.ts";

const RECENT_REFETCH_MS = 10_000;
const COUNT_STALE_MS = 10_000;
const PER_PAGE = 10;

export const runKeys = {
  all: ["runs"] as const,
  list: (page: number) => ["runs", "list", page] as const,
  detail: (id: number) => ["runs", "detail", id] as const,
  host: (id: number, hostId: number) => ["runs", "detail", id, "host", hostId] as const,
  count: (targets: RunTargetsInput) => ["runs", "count", targets] as const,
};

export const runEventsUrl = (id: number): string => apiUrl(`/muster/runs/${id}/events`);
export const runReportUrl = (id: number): string => apiUrl(`/muster/runs/${id}/report.csv`);

export const runListOptions = (page: number) =>
  queryOptions({
    queryKey: runKeys.list(page),
    queryFn: ({ signal }) =>
      api.get<RunListReply>("/muster/runs", { query: { page, per_page: PER_PAGE }, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: RECENT_REFETCH_MS,
  });

export const runOptions = (id: number) =>
  queryOptions({
    queryKey: runKeys.detail(id),
    queryFn: ({ signal }) => api.get<RunReply>(`/muster/runs/${id}`, { signal }),
  });

/** All rows of one host that are kept; events tell the first of them. */
export const runHostOptions = (id: number, hostId: number) =>
  queryOptions({
    queryKey: runKeys.host(id, hostId),
    queryFn: ({ signal }) =>
      api.get<RunHostsReply>(`/muster/runs/${id}/hosts`, { query: { host_id: hostId }, signal }),
  });

export const targetCountOptions = (targets: RunTargetsInput) =>
  queryOptions({
    queryKey: runKeys.count(targets),
    queryFn: ({ signal }) =>
      api.post<TargetCount>("/muster/runs/count", { body: { targets }, signal }),
    placeholderData: keepPreviousData,
    staleTime: COUNT_STALE_MS,
  });

export const hostSearchOptions = (query: string) =>
  queryOptions({
    queryKey: ["hosts", "search", query] as const,
    queryFn: ({ signal }) =>
      api.post<{ hosts: HostJson[] }>("/fleet/hosts/search", { body: { query }, signal }),
    placeholderData: keepPreviousData,
  });

export const labelNameOptions = queryOptions({
  queryKey: ["labels", "summary"] as const,
  queryFn: ({ signal }) =>
    api.get<{ labels: { id: number; name: string }[] }>("/fleet/labels/summary", { signal }),
});

export function useStartRun() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: NewRunInput) => api.post<RunJson>("/muster/runs", { body }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["runs", "list"] }),
  });
}

export function useStopRun() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: number) => api.post<RunJson>(`/muster/runs/${id}/stop`),
    onSuccess: () => client.invalidateQueries({ queryKey: ["runs", "list"] }),
  });
}

export function useKeepRun() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, policyId }: { id: number; policyId: number }) =>
      api.post<KeepReply>(`/muster/runs/${id}/keep`, { body: { policy_id: policyId } }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["policies"] }),
  });
}
