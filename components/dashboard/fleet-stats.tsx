"use client";

import { useQuery } from "@tanstack/react-query";
import { CloudOff, MonitorSmartphone, Percent, ShieldCheck } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "#components/ui/cn.ts";
import { passRate } from "#components/ui/pass-rate.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { Stat } from "#components/ui/stat.tsx";
import { StateBar } from "#components/ui/state-bar.tsx";
import { formatNumber, formatPercent } from "#lib/format.ts";
import type { HostSummary } from "#lib/hosts/json.ts";
import { postureOptions } from "#lib/posture/client.ts";
import type { PostureJson } from "#lib/posture/schema.ts";
import { hostsLink } from "./hosts-link.ts";
import { VerdictBar } from "./verdict-bar.tsx";

interface FleetStatsProps {
  teamId: number | null;
  /** Undefined while loading. */
  summary: HostSummary | undefined;
}

export function FleetStats({ teamId, summary }: FleetStatsProps) {
  const posture = useQuery(postureOptions(teamId)).data;
  if (!summary) return <StatsPlaceholder />;
  return (
    <section aria-label="Fleet now" className={GRID}>
      <Online teamId={teamId} summary={summary} />
      <Verdicts teamId={teamId} summary={summary} />
      <Rate posture={posture} />
      <Missing teamId={teamId} summary={summary} />
    </section>
  );
}

const GRID = "grid grid-cols-2 gap-3 xl:grid-cols-4";

interface SummaryProps {
  teamId: number | null;
  summary: HostSummary;
}

function Online({ teamId, summary }: SummaryProps) {
  const { totals_hosts_count: total, online_count: online } = summary;
  return (
    <Stat
      label="Hosts online"
      icon={<MonitorSmartphone aria-hidden />}
      value={<Share part={formatNumber(online)} of={total} />}
      detail={platformsText(summary)}
      href={hostsLink(teamId, { status: "online" })}
    >
      <Meter share={online / Math.max(1, total)} />
    </Stat>
  );
}

function Verdicts({ teamId, summary }: SummaryProps) {
  const { pass, fail, unknown } = summary.verdicts;
  return (
    <Stat
      label="May pass"
      icon={<ShieldCheck aria-hidden />}
      value={<Share part={formatNumber(pass)} of={pass + fail + unknown} />}
      detail={`${formatNumber(fail)} may not, ${formatNumber(unknown)} unknown`}
      href={hostsLink(teamId, { verdict: "fail" })}
    >
      <VerdictBar verdicts={summary.verdicts} />
    </Stat>
  );
}

function Rate({ posture }: { posture: PostureJson | undefined }) {
  if (!posture) return <Stat label="Pass rate" icon={<Percent aria-hidden />} value="–" />;
  const { passing, failing, erroring, stale } = posture.answers;
  const counts = { pass: passing, fail: failing, error: erroring, stale };
  const rate = passRate(counts);
  const unsure = erroring + stale;
  return (
    <Stat
      label="Pass rate"
      icon={<Percent aria-hidden />}
      value={rate === null ? "–" : formatPercent(rate)}
      detail={`${formatNumber(failing)} failing answers${unsure ? `, ${formatNumber(unsure)} in error or stale` : ""}`}
      href="/policies"
    >
      <StateBar counts={counts} />
    </Stat>
  );
}

function Missing({ teamId, summary }: SummaryProps) {
  const { missing_30_days_count: missing, new_count: fresh, totals_hosts_count: total } = summary;
  return (
    <Stat
      label="Missing"
      icon={<CloudOff aria-hidden />}
      value={formatNumber(missing)}
      detail={`not seen for 30 days; ${formatNumber(fresh)} new today`}
      href={hostsLink(teamId, { status: "missing" })}
    >
      <Meter share={missing / Math.max(1, total)} className="bg-stale-fill" />
    </Stat>
  );
}

export function Share({ part, of }: { part: ReactNode; of: number }): ReactNode {
  return (
    <>
      {part}
      <span className="font-normal text-base text-muted tracking-normal">
        {" "}
        of {formatNumber(of)}
      </span>
    </>
  );
}

/** Says nothing that the number above does not. */
function Meter({ share, className }: { share: number; className?: string }) {
  return (
    <span aria-hidden className="block h-1.5 overflow-hidden rounded-full bg-line">
      <span
        className={cn("block h-full rounded-full bg-accent", className)}
        style={{ width: `${share * 100}%` }}
      />
    </span>
  );
}

const PLATFORM_NAMES: Record<string, string> = { darwin: "macOS", windows: "Windows" };

function platformsText({ platforms, all_linux_count: linux }: HostSummary): string {
  const named = platforms
    .filter(({ platform }) => PLATFORM_NAMES[platform])
    .map(({ platform, hosts_count }) => `${formatNumber(hosts_count)} ${PLATFORM_NAMES[platform]}`);
  return [...named, ...(linux ? [`${formatNumber(linux)} Linux`] : [])].join(", ");
}

function StatsPlaceholder() {
  return (
    <div role="status" className={GRID}>
      <span className="sr-only">Loading…</span>
      {["online", "verdicts", "rate", "missing"].map((key) => (
        <div key={key} className="rounded-lg border border-line bg-surface p-4">
          <Skeleton className="w-24" />
          <Skeleton className="mt-3 h-7 w-20" />
          <Skeleton className="mt-4 h-1.5 w-full" />
        </div>
      ))}
    </div>
  );
}
