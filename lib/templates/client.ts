import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api } from "#lib/http/client.ts";
import type { TemplateFilter, TemplateJson, TemplatesJson } from "./schema.ts";

/** They are a part of the program: another version of it is another page load. */
const NEVER_STALE = { staleTime: Number.POSITIVE_INFINITY };

export const templateListOptions = (filter: TemplateFilter) =>
  queryOptions({
    queryKey: ["templates", "list", filter] as const,
    queryFn: ({ signal }) =>
      api.get<TemplatesJson>("/muster/templates", { query: { ...filter }, signal }),
    placeholderData: keepPreviousData,
    ...NEVER_STALE,
  });

export const templateOptions = (id: string) =>
  queryOptions({
    queryKey: ["templates", "detail", id] as const,
    queryFn: ({ signal }) =>
      api.get<{ template: TemplateJson }>(`/muster/templates/${encodeURIComponent(id)}`, {
        signal,
      }),
    ...NEVER_STALE,
  });
