"use client";

import { createParser, parseAsInteger, parseAsString, useQueryStates } from "nuqs";
import type { Sort } from "#components/ui/table-sort.ts";
import type { PolicyListFilter } from "#lib/policies/client.ts";
import { listPoliciesQuery, type PolicyOrderKey } from "#lib/policies/schema.ts";

const { order_key, order_direction } = listPoliciesQuery.shape;

const PARSERS = {
  team_id: parseAsInteger,
  query: parseAsString.withDefault(""),
  page: parseAsInteger.withDefault(0),
  per_page: parseAsInteger.withDefault(50),
  order_key: createParser({
    parse: (text) => order_key.safeParse(text).data ?? null,
    serialize: String,
  }).withDefault("name"),
  order_direction: createParser({
    parse: (text) => order_direction.safeParse(text).data ?? null,
    serialize: String,
  }).withDefault("asc"),
};

/** The list's state, kept in the URL. */
export function usePolicyList() {
  const [given, setGiven] = useQueryStates(PARSERS);
  const { team_id: teamId, ...options } = given;
  const filter: PolicyListFilter & typeof options = { teamId, ...options };
  const change = (next: Partial<{ [K in keyof typeof given]: (typeof given)[K] | null }>) =>
    void setGiven({ page: null, ...next });
  const sortBy = (sort: Sort | null) =>
    change({
      order_key: (sort?.key as PolicyOrderKey | undefined) ?? null,
      order_direction: sort?.direction ?? null,
    });
  return { filter, change, sortBy };
}
