import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { z } from "zod";
import { api, type Query } from "#lib/http/client.ts";
import type {
  FoundHosts,
  LabelDetailJson,
  LabelJson,
  LabelSummaryJson,
  modifyLabelBody,
  NewLabel,
} from "./schema.ts";

/** Members come and go while hosts answer; people watch them after saving a label. */
const REFETCH_MS = 5_000;

export const labelKeys = {
  all: ["labels"] as const,
  list: (filter: Query) => ["labels", "list", filter] as const,
  summary: ["labels", "summary"] as const,
  detail: (id: number) => ["labels", "detail", id] as const,
};

/** Filter: query, page, per_page, order_key, order_direction, team_id. By name. */
export const labelListOptions = (filter: Query = {}) =>
  queryOptions({
    queryKey: labelKeys.list(filter),
    queryFn: ({ signal }) =>
      api.get<{ labels: LabelJson[] }>("/fleet/labels", { query: filter, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: REFETCH_MS,
  });

/** Every label by name, without counts: for choosing one. */
export const labelSummaryOptions = () =>
  queryOptions({
    queryKey: labelKeys.summary,
    queryFn: ({ signal }) =>
      api.get<{ labels: LabelSummaryJson[] }>("/fleet/labels/summary", { signal }),
  });

export const labelOptions = (id: number) =>
  queryOptions({
    queryKey: labelKeys.detail(id),
    queryFn: ({ signal }) => api.get<LabelAnswer>(`/fleet/labels/${id}`, { signal }),
    refetchInterval: REFETCH_MS,
  });

type LabelAnswer = { label: LabelDetailJson };

/** Labels decide whom policies ask, and hosts show theirs. */
function useLabelMutation<I, O>(
  mutationFn: (input: I) => Promise<O>,
  stale: readonly (readonly string[])[] = [labelKeys.all],
) {
  const client = useQueryClient();
  return useMutation({
    mutationFn,
    onSuccess: () =>
      Promise.all(
        [...stale, ["policies"], ["hosts"]].map((queryKey) =>
          client.invalidateQueries({ queryKey }),
        ),
      ),
  });
}

export const useCreateLabel = () =>
  useLabelMutation((body: NewLabel) => api.post<LabelAnswer>("/fleet/labels", { body }));

export const useUpdateLabel = () =>
  useLabelMutation(({ id, ...body }: z.input<typeof modifyLabelBody> & { id: number }) =>
    api.patch<LabelAnswer>(`/fleet/labels/${id}`, { body }),
  );

/** Lists alone are read again: the page of a deleted label would only learn that it is gone. */
export const useDeleteLabel = () =>
  useLabelMutation(
    (id: number) => api.delete<object>(`/fleet/labels/id/${id}`),
    [labelKeys.summary, ["labels", "list"]],
  );

/** Which hosts go by some names, and which nobody goes by. Writes nothing. */
export const useFindHosts = () =>
  useMutation({
    mutationFn: (hosts: string[]) =>
      api.post<FoundHosts>("/muster/hosts/find", { body: { hosts } }),
  });
