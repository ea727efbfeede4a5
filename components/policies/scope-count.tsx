"use client";

import { useQuery } from "@tanstack/react-query";
import { type UseFormReturn, useWatch } from "react-hook-form";
import { formatNumber, plural } from "#lib/format.ts";
import { scopeOptions } from "#lib/impact/client.ts";
import { LABEL_KEYS } from "#lib/policies/label-fields.ts";
import type { PolicyFormOutput, PolicyFormValues } from "./policy-form-schema.ts";

interface ScopeCountProps {
  form: UseFormReturn<PolicyFormValues, unknown, PolicyFormOutput>;
  teamId: number | null;
}

/** How many hosts a new policy would ask, told while its targets are chosen. */
export function ScopeCount({ form: { control }, teamId }: ScopeCountProps) {
  const [platform, ...lists] = useWatch({ control, name: ["platform", ...LABEL_KEYS] });
  const labels = Object.fromEntries(LABEL_KEYS.map((key, index) => [key, lists[index]]));
  const { data, error } = useQuery(scopeOptions({ team_id: teamId, platform, ...labels }));
  return (
    <span role="status" className="text-muted text-sm">
      {error ? "Its hosts could not be counted" : data ? scopeText(data) : "Counting hosts…"}
    </span>
  );
}

const scopeText = ({ hosts, excluded }: { hosts: number; excluded: number }): string =>
  `${plural(hosts, "host")} would be asked${excluded > 0 ? `, ${formatNumber(excluded)} kept out by labels` : ""}`;
