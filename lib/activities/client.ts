import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, type Query } from "#lib/http/client.ts";
import type { ActivitiesJson } from "./schema.ts";

export const activityKeys = {
  all: ["activities"] as const,
  list: (filter: Query) => ["activities", "list", filter] as const,
};

/** Filter: query, page, per_page, order_direction. Newest first. */
export const activityListOptions = (filter: Query = {}) =>
  queryOptions({
    queryKey: activityKeys.list(filter),
    queryFn: ({ signal }) =>
      api.get<ActivitiesJson>("/fleet/activities", { query: filter, signal }),
    placeholderData: keepPreviousData,
  });
