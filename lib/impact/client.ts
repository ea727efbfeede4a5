import { keepPreviousData, queryOptions, skipToken } from "@tanstack/react-query";
import { api } from "#lib/http/client.ts";
import type { NewBulk } from "#lib/policies/action-schema.ts";
import type {
  BulkImpactJson,
  ImpactBody,
  ImpactJson,
  LabelImpactJson,
  LabelPatchBody,
  ScopeBody,
  ScopeJson,
} from "./schema.ts";

export const fetchImpact = (body: ImpactBody): Promise<ImpactJson> =>
  api.post<ImpactJson>("/muster/policies/impact", { body });

export const fetchLabelImpact = (id: number, body: LabelPatchBody): Promise<LabelImpactJson> =>
  api.post<LabelImpactJson>(`/muster/labels/${id}/impact`, { body });

/** Counted anew whenever it is asked, and once: what a dialog says stays while it is read. */
export const bulkImpactOptions = (body: NewBulk | undefined) =>
  queryOptions({
    queryKey: ["impact", "bulk", body],
    queryFn: body
      ? ({ signal }) => api.post<BulkImpactJson>("/muster/policies/bulk/impact", { body, signal })
      : skipToken,
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });

/** How many hosts a new policy would ask, while its targets are chosen. */
export const scopeOptions = (body: ScopeBody) =>
  queryOptions({
    queryKey: ["impact", "scope", body],
    queryFn: ({ signal }) => api.post<ScopeJson>("/muster/policies/scope", { body, signal }),
    placeholderData: keepPreviousData,
  });
