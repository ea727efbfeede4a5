"use client";

import { useQuery } from "@tanstack/react-query";
import { ShieldCheck, ShieldQuestion, ShieldX } from "lucide-react";
import { cn } from "#components/ui/cn.ts";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { StateIcon } from "#components/ui/state-badge.tsx";
import { plural } from "#lib/format.ts";
import type { HostDetailJson, HostPolicyJson } from "#lib/hosts/json.ts";
import { settingsOptions } from "#lib/settings/client.ts";

const LOOKS = {
  pass: {
    icon: ShieldCheck,
    title: "May pass",
    frame: "border-pass-line bg-pass-soft",
    tint: "text-pass",
  },
  fail: {
    icon: ShieldX,
    title: "May not pass",
    frame: "border-fail-line bg-fail-soft",
    tint: "text-fail",
  },
  unknown: {
    icon: ShieldQuestion,
    title: "Not known",
    frame: "border-line bg-sunken",
    tint: "text-na",
  },
} as const;

/** As the verdict's rule in lib/membership says it: an error keeps the last fail. */
const closes = (policy: HostPolicyJson) =>
  policy.state === "fail" || (policy.state === "error" && policy.last_response === "fail");

/** What a host is let off, or nobody is asked, keeps nobody out. */
const gates = (policy: HostPolicyJson) => !policy.exempt && !policy.paused_at;

/** What gateways are told about this host, and which policies decide it. */
export function HostVerdict({ host }: { host: HostDetailJson }) {
  const gate = useQuery(settingsOptions()).data?.settings.gate;
  const look = LOOKS[host.verdict];
  const decisive = host.policies.filter((policy) => gate === "all" || policy.critical);
  const gating = decisive.filter(gates);
  const deciding =
    host.verdict === "fail"
      ? gating.filter(closes)
      : gating.filter((policy) => policy.state !== "pass");
  return (
    <section
      aria-label="Verdict"
      data-verdict={host.verdict}
      className={cn("flex flex-wrap gap-x-4 gap-y-3 rounded-lg border px-4 py-3.5", look.frame)}
    >
      <look.icon aria-hidden className={cn("mt-0.5 size-6 shrink-0", look.tint)} />
      <div className="min-w-0 flex-1 basis-64 text-sm">
        <h2 className="font-semibold text-base text-ink">{look.title}</h2>
        <p className="text-pretty text-muted">
          {gating.length === 0 && decisive.length > 0
            ? LET_OFF
            : reason(host, gating.length, deciding.length)}
          {gate && ` ${GATES[gate]}`}
        </p>
        {deciding.length > 0 && (
          <ul className="mt-2 space-y-1">
            {deciding.map((policy) => (
              <li key={policy.id} className="flex items-start gap-2 text-ink">
                <span className="flex h-5 items-center">
                  <StateIcon state={policy.state} />
                </span>
                <span className="min-w-0 break-words">{policy.name}</span>
              </li>
            ))}
          </ul>
        )}
      </div>
      {host.valid_until && host.verdict === "pass" && (
        <p className="text-muted text-xs sm:text-right">
          Evidence ends <RelativeTime value={host.valid_until} />
        </p>
      )}
    </section>
  );
}

const GATES = {
  critical: "Only critical policies gate access.",
  all: "All policies gate access.",
} as const;

const LET_OFF = "The host is exempt from its gating policies, or they are paused.";

function reason(host: HostDetailJson, gating: number, deciding: number): string {
  if (host.verdict === "fail") {
    return `${plural(deciding, "gating policy fails", "gating policies fail")}.`.replace(
      /^1 /,
      "One ",
    );
  }
  if (host.verdict === "unknown") {
    return `${plural(deciding, "gating policy has", "gating policies have")} no recent answer, and no evidence is not a pass.`;
  }
  if (gating === 0) return "No gating policy applies to this host.";
  return `${gating === 1 ? "The one gating policy passes" : `All ${gating} gating policies pass`}.`;
}
