import { MonitorSmartphone, Percent, ShieldCheck } from "lucide-react";
import Link from "next/link";
import { Share } from "#components/dashboard/fleet-stats.tsx";
import { hostsLink, policiesLink } from "#components/dashboard/hosts-link.ts";
import { VerdictBar } from "#components/dashboard/verdict-bar.tsx";
import { platformName } from "#components/hosts/platform-name.ts";
import { passRate } from "#components/ui/pass-rate.tsx";
import { Stat } from "#components/ui/stat.tsx";
import { StateBar } from "#components/ui/state-bar.tsx";
import { formatNumber, formatPercent } from "#lib/format.ts";
import type { PostureThenJson } from "#lib/posture/then-schema.ts";
import { answersThen } from "#lib/posture/worst.ts";
import { type Counted, progressOf } from "./use-counted.ts";

interface FleetThenProps {
  posture: PostureThenJson;
  asOf: string;
  teamId: number | null;
  counted: Counted;
}

/** The numbers at the top of the dashboard, each with the list of that moment behind it. */
export function FleetThen({ posture, asOf, teamId, counted }: FleetThenProps) {
  const hostsHref = (filter: { verdict?: string }) => hostsLink(teamId, { ...filter, as_of: asOf });
  return (
    <section aria-label="Fleet then" className="grid gap-3 sm:grid-cols-3">
      <Stat
        label="Hosts"
        icon={<MonitorSmartphone aria-hidden />}
        value={formatNumber(posture.hosts_count)}
        detail={posture.platforms
          .map((one) => `${formatNumber(one.hosts_count)} ${platformName(one.platform)}`)
          .join(", ")}
        href={hostsHref({})}
      />
      <Verdicts posture={posture} hrefOf={(verdict) => hostsHref({ verdict })} />
      <Rate counted={counted} href={policiesLink(teamId, { as_of: asOf })} />
    </section>
  );
}

interface VerdictsProps {
  posture: PostureThenJson;
  hrefOf: (verdict: string) => string;
}

const LINK = "underline decoration-line-strong underline-offset-3 hover:decoration-current";

function Verdicts({ posture: { verdicts, hosts_count: hosts }, hrefOf }: VerdictsProps) {
  const label = { label: "May pass", icon: <ShieldCheck aria-hidden /> };
  if (!verdicts) return <Stat {...label} value="–" detail="Verdicts were not kept yet" />;
  const { pass, fail, unknown, not_kept: notKept } = verdicts;
  return (
    <Stat
      {...label}
      value={
        <Share
          part={
            <Link href={hrefOf("pass")} className={LINK}>
              {formatNumber(pass)}
            </Link>
          }
          of={hosts}
        />
      }
      detail={
        <>
          <Link href={hrefOf("fail")} className={LINK}>
            {formatNumber(fail)} may not
          </Link>
          {", "}
          <Link href={hrefOf("unknown")} className={LINK}>
            {formatNumber(unknown)} unknown
          </Link>
          {notKept > 0 && `, ${formatNumber(notKept)} not kept`}
        </>
      }
    >
      <VerdictBar verdicts={verdicts} />
    </Stat>
  );
}

function Rate({ counted, href }: { counted: Counted; href: string }) {
  const label = { label: "Pass rate", icon: <Percent aria-hidden />, href };
  if (!counted.isDone) {
    return <Stat {...label} value="–" detail={progressOf(counted) ?? "could not be counted"} />;
  }
  const { passing, failing, erroring, stale } = answersThen(counted.policies);
  const counts = { pass: passing, fail: failing, error: erroring, stale };
  const rate = passRate(counts);
  const unsure = erroring + stale;
  return (
    <Stat
      {...label}
      value={rate === null ? "–" : formatPercent(rate)}
      detail={`${formatNumber(failing)} failing answers${unsure ? `, ${formatNumber(unsure)} in error or stale` : ""}`}
    >
      <StateBar counts={counts} />
    </Stat>
  );
}
