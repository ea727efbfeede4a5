import { ShieldCheck, ShieldQuestion, ShieldX } from "lucide-react";
import { Badge } from "#components/ui/badge.tsx";
import type { HostJson } from "#lib/hosts/json.ts";

export type Verdict = HostJson["verdict"];

export const VERDICTS = {
  fail: { label: "Fail", tone: "fail", icon: ShieldX, meaning: "A gating policy fails." },
  unknown: {
    label: "Unknown",
    tone: "neutral",
    icon: ShieldQuestion,
    meaning: "A gating policy has no recent answer.",
  },
  pass: {
    label: "Pass",
    tone: "pass",
    icon: ShieldCheck,
    meaning: "Every gating policy passes.",
  },
} as const;

/** May the host pass? A shield, to tell it from the state of a single policy. */
export function VerdictBadge({ verdict }: { verdict: Verdict }) {
  const look = VERDICTS[verdict];
  return (
    <Badge tone={look.tone} title={look.meaning} data-verdict={verdict}>
      <look.icon aria-hidden strokeWidth={2.25} />
      {look.label}
    </Badge>
  );
}
