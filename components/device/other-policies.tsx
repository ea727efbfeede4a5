import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import { StateIcon } from "#components/ui/state-badge.tsx";
import type { DevicePolicyJson } from "#lib/device/schema.ts";
import { formatDate, plural } from "#lib/format.ts";

const MEANINGS: Partial<Record<DevicePolicyJson["state"], string>> = {
  pending: "Not checked yet",
  stale: "Not checked for a while",
  error: "Could not be checked",
};

interface OtherPoliciesProps {
  open: readonly DevicePolicyJson[];
  exempt: readonly DevicePolicyJson[];
  passing: readonly DevicePolicyJson[];
}

export function OtherPolicies({ open, exempt, passing }: OtherPoliciesProps) {
  return (
    <div className="space-y-3 empty:hidden">
      {open.length > 0 && (
        <Folded title={`${plural(open.length, "check")} without a recent answer`}>
          {open.map((policy) => (
            <Line key={policy.id} policy={policy} note={MEANINGS[policy.state]} />
          ))}
        </Folded>
      )}
      {exempt.length > 0 && (
        <Folded title={`Exempt from ${plural(exempt.length, "check")}`}>
          {exempt.map((policy) => (
            <Line
              key={policy.id}
              policy={policy}
              note={policy.exempt ? `Until ${formatDate(policy.exempt.expires_at)}` : undefined}
            />
          ))}
        </Folded>
      )}
      {passing.length > 0 && (
        <Folded title={`${plural(passing.length, "check")} passed`}>
          {passing.map((policy) => (
            <Line key={policy.id} policy={policy} note={policy.description} />
          ))}
        </Folded>
      )}
    </div>
  );
}

function Folded({ title, children }: { title: string; children: ReactNode }) {
  return (
    <details className="group rounded-lg border border-line bg-surface shadow-xs">
      <summary className="flex min-h-12 cursor-pointer list-none items-center gap-2 rounded-lg px-4 font-medium text-base sm:px-5 [&::-webkit-details-marker]:hidden">
        <ChevronRight
          aria-hidden
          className="size-4 text-muted transition-transform group-open:rotate-90"
        />
        {title}
      </summary>
      <ul className="divide-y divide-line border-line border-t">{children}</ul>
    </details>
  );
}

function Line({ policy, note }: { policy: DevicePolicyJson; note: string | undefined }) {
  return (
    <li className="flex gap-3 px-4 py-3 text-sm sm:px-5">
      <StateIcon state={policy.state} className="mt-0.5" />
      <span className="min-w-0">
        <span className="block break-words font-medium">{policy.name}</span>
        {note && <span className="block text-pretty text-muted">{note}</span>}
      </span>
    </li>
  );
}
