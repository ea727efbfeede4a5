import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "#lib/http/client.ts";
import type { ExemptionJson, ExemptionOrderKey, ExemptionState, NewExemption } from "./schema.ts";

const REFETCH_MS = 15_000;

export interface ExemptionFilter {
  policy_id?: number;
  host_id?: number;
  team_id?: number;
  state?: ExemptionState;
  query?: string;
  page?: number;
  per_page?: number;
  order_key?: ExemptionOrderKey;
  order_direction?: "asc" | "desc";
}

export interface ExemptionList {
  exemptions: ExemptionJson[];
  count: number;
  meta: { has_next_results: boolean; has_previous_results: boolean };
}

export const exemptionListOptions = (filter: ExemptionFilter) =>
  queryOptions({
    queryKey: ["exemptions", filter] as const,
    queryFn: ({ signal }) =>
      api.get<ExemptionList>("/muster/exemptions", { query: { ...filter }, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: REFETCH_MS,
  });

/** Every page shows it, and days go by until it matters. */
const ENDING_REFETCH_MS = 300_000;

/** How many end soon, of those that the viewer sees; the list by the same filter has as many. */
export const endingCountOptions = (teamId: number | null) =>
  queryOptions({
    queryKey: ["exemptions", "ending", teamId] as const,
    queryFn: ({ signal }) =>
      api.get<ExemptionList>("/muster/exemptions", {
        query: { state: "ending", per_page: 1, team_id: teamId },
        signal,
      }),
    select: ({ count }) => count,
    staleTime: ENDING_REFETCH_MS,
    refetchInterval: ENDING_REFETCH_MS,
  });

type ExemptionAnswer = { exemption: ExemptionJson };

/** What is let off moves counts and verdicts, so policies and hosts are read again too. */
function useExemptionMutation<I, O>(mutationFn: (input: I) => Promise<O>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn,
    onSuccess: () =>
      Promise.all(
        ["exemptions", "policies", "hosts"].map((key) =>
          client.invalidateQueries({ queryKey: [key] }),
        ),
      ),
  });
}

export const useCreateExemption = () =>
  useExemptionMutation((body: NewExemption) =>
    api.post<ExemptionAnswer>("/muster/exemptions", { body }),
  );

export const useUpdateExemption = () =>
  useExemptionMutation(
    ({
      id,
      ...body
    }: {
      id: number;
      reason?: string;
      expires_at?: string;
      remind_at?: string | null;
    }) => api.patch<ExemptionAnswer>(`/muster/exemptions/${id}`, { body }),
  );

export const useEndExemption = () =>
  useExemptionMutation((id: number) => api.delete<ExemptionAnswer>(`/muster/exemptions/${id}`));
