"use client";

import { createParser, parseAsArrayOf, parseAsInteger, parseAsString, useQueryStates } from "nuqs";
import { useMemo } from "react";
import type { z } from "zod";
import type { HostPage } from "#lib/hosts/client.ts";
import { type HostFilters, listHostsQuery } from "#lib/hosts/schema.ts";
import { DEFAULT_HIDDEN } from "./host-columns.tsx";

/** A part of the URL, read by the API's own schema; what that refuses counts as not there. */
function parseBy<S extends z.ZodType>(schema: S) {
  return createParser<NonNullable<z.output<S>>>({
    parse: (text) => schema.safeParse(text).data ?? null,
    serialize: String,
  });
}

const { shape } = listHostsQuery;

const PARSERS = {
  query: parseAsString.withDefault(""),
  status: parseBy(shape.status),
  team_id: parseAsInteger,
  platform: parseBy(shape.platform),
  verdict: parseBy(shape.verdict),
  policy_id: parseBy(shape.policy_id),
  label_id: parseBy(shape.label_id),
  policy_state: parseBy(shape.policy_state),
  policy_response: parseBy(shape.policy_response),
  low_disk_space: parseBy(shape.low_disk_space),
  os_name: parseBy(shape.os_name),
  os_version: parseBy(shape.os_version),
  osquery_version: parseBy(shape.osquery_version),
  page: parseAsInteger.withDefault(0),
  per_page: parseAsInteger.withDefault(50),
  order_key: parseBy(shape.order_key).withDefault("display_name"),
  order_direction: parseBy(shape.order_direction).withDefault("asc"),
  hide: parseAsArrayOf(parseAsString).withDefault([...DEFAULT_HIDDEN]),
};

type Parsed = ReturnType<typeof useQueryStates<typeof PARSERS>>[0];
/** Filters a person can set on the page, besides the team, which the sidebar sets. */
export type FilterChange = Partial<{ [K in keyof Parsed]: Parsed[K] | null }>;

/** Fleet's links say passing or failing; a policy alone means: who fails it. */
function policyState(given: Parsed) {
  if (!given.policy_id) return undefined;
  return given.policy_state ?? (given.policy_response === "passing" ? "pass" : "fail");
}

function filtersOf(given: Parsed): HostFilters {
  const { query, status, team_id, platform, verdict, policy_id, low_disk_space } = given;
  const { os_name, os_version, osquery_version, label_id } = given;
  const all = {
    ...{ query, status, team_id, platform, verdict, policy_id, low_disk_space },
    ...{ os_name, os_version, osquery_version, label_id },
    policy_state: policyState(given),
  };
  const set = Object.entries(all).filter(([, value]) => value !== null && value !== "" && value);
  return Object.fromEntries(team_id === 0 ? [...set, ["team_id", 0]] : set);
}

export function useHostFilters() {
  const [given, setGiven] = useQueryStates(PARSERS);
  const filters = useMemo(() => filtersOf(given), [given]);
  const { page, per_page, order_key, order_direction, hide } = given;
  const paging: HostPage = { page, per_page, order_key, order_direction };

  /** The old page number means nothing in another list. */
  const change = (next: FilterChange) => void setGiven({ page: null, ...next });
  const clear = () =>
    change({
      ...{ query: null, status: null, platform: null, verdict: null, policy_id: null },
      ...{ policy_state: null, policy_response: null, low_disk_space: null },
      ...{ os_name: null, os_version: null, osquery_version: null, label_id: null },
    });
  const { team_id: _, ...narrowing } = filters;
  const isFiltered = Object.keys(narrowing).length > 0;
  return { filters, paging, hidden: hide, change, clear, isFiltered };
}

export type HostListState = ReturnType<typeof useHostFilters>;
