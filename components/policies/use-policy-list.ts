"use client";

import {
  createParser,
  parseAsInteger,
  parseAsString,
  parseAsStringLiteral,
  useQueryStates,
} from "nuqs";
import { useTeam } from "#components/layout/use-team.ts";
import type { Sort } from "#components/ui/table-sort.ts";
import type { PolicyListFilter } from "#lib/policies/client.ts";
import { listPoliciesQuery, type PolicyOrderKey } from "#lib/policies/schema.ts";

const { order_key, order_direction } = listPoliciesQuery.shape;

const PARSERS = {
  query: parseAsString.withDefault(""),
  /** A comma list, as in the API. */
  tag: parseAsString.withDefault(""),
  framework: parseAsString.withDefault(""),
  view: parseAsStringLiteral(["list", "tags"]).withDefault("list"),
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
  const [teamId] = useTeam();
  const [{ view, ...given }, setGiven] = useQueryStates(PARSERS);
  const filter: PolicyListFilter & typeof given = { teamId, ...given };
  type Given = typeof given & { view: typeof view };
  const change = (next: Partial<{ [K in keyof Given]: Given[K] | null }>) =>
    void setGiven({ page: null, ...next });
  const sortBy = (sort: Sort | null) =>
    change({
      order_key: (sort?.key as PolicyOrderKey | undefined) ?? null,
      order_direction: sort?.direction ?? null,
    });
  return { filter, view, change, sortBy };
}

export type PolicyListState = ReturnType<typeof usePolicyList>;
