"use client";

import { useQuery } from "@tanstack/react-query";
import { MonitorSmartphone, Percent, ShieldCheck } from "lucide-react";
import { passRate } from "#components/ui/pass-rate.tsx";
import { Stat } from "#components/ui/stat.tsx";
import { formatNumber, formatPercent } from "#lib/format.ts";
import { postureOptions } from "#lib/posture/client.ts";
import type { TeamJson } from "#lib/teams/schema.ts";

export function TeamStats({ team }: { team: TeamJson }) {
  const posture = useQuery(postureOptions(team.id)).data;
  const answers = posture?.answers;
  const rate = answers ? passRate({ pass: answers.passing, fail: answers.failing }) : null;
  return (
    <section aria-label="Team now" className="grid grid-cols-3 gap-2 sm:gap-3">
      <Stat
        label="Hosts"
        icon={<MonitorSmartphone aria-hidden className="max-sm:hidden" />}
        value={formatNumber(team.host_count)}
        href={`/hosts?team_id=${team.id}`}
      />
      <Stat
        label="Policies"
        icon={<ShieldCheck aria-hidden className="max-sm:hidden" />}
        value={posture ? formatNumber(posture.policies_count) : "–"}
        detail={<span className="max-sm:hidden">its own and the global ones</span>}
        href={`/policies?team_id=${team.id}`}
      />
      <Stat
        label="Pass rate"
        icon={<Percent aria-hidden className="max-sm:hidden" />}
        value={rate === null ? "–" : formatPercent(rate)}
        href={`/dashboard?team_id=${team.id}`}
      />
    </section>
  );
}
