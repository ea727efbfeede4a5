import {
  CircleCheck,
  CircleDashed,
  CircleMinus,
  CircleX,
  History,
  type LucideIcon,
  ShieldMinus,
  TriangleAlert,
} from "lucide-react";

export type State = "pass" | "fail" | "error" | "pending" | "stale" | "exempt" | "not_applicable";

interface StateLook {
  label: string;
  icon: LucideIcon;
  tone: "pass" | "fail" | "error" | "pending" | "stale" | "accent" | "neutral";
  textClass: string;
  fillClass: string;
  /** For charts, which draw outside the style sheet's reach. */
  fill: string;
  meaning: string;
}

/** In the order in which people need to see them: what to act on first. */
export const STATES: Record<State, StateLook> = {
  fail: {
    label: "Fail",
    icon: CircleX,
    tone: "fail",
    textClass: "text-fail",
    fillClass: "bg-fail-fill",
    fill: "var(--fail-fill)",
    meaning: "The query ran and returned no rows.",
  },
  error: {
    label: "Error",
    icon: TriangleAlert,
    tone: "error",
    textClass: "text-error",
    fillClass: "bg-error-fill",
    fill: "var(--error-fill)",
    meaning: "osquery could not run the query.",
  },
  stale: {
    label: "Stale",
    icon: History,
    tone: "stale",
    textClass: "text-stale",
    fillClass: "bg-stale-fill",
    fill: "var(--stale-fill)",
    meaning: "The last answer is too old to rely on.",
  },
  pending: {
    label: "Pending",
    icon: CircleDashed,
    tone: "pending",
    textClass: "text-pending",
    fillClass: "bg-pending-fill",
    fill: "var(--pending-fill)",
    meaning: "The host has not answered this revision yet.",
  },
  pass: {
    label: "Pass",
    icon: CircleCheck,
    tone: "pass",
    textClass: "text-pass",
    fillClass: "bg-pass-fill",
    fill: "var(--pass-fill)",
    meaning: "The query returned at least one row.",
  },
  exempt: {
    label: "Exempt",
    icon: ShieldMinus,
    tone: "accent",
    textClass: "text-accent-text",
    fillClass: "bg-accent-line",
    fill: "var(--accent-line)",
    meaning: "The host is let off the policy for a time, whatever it answers.",
  },
  not_applicable: {
    label: "Not applicable",
    icon: CircleMinus,
    tone: "neutral",
    textClass: "text-na",
    fillClass: "bg-na-fill",
    fill: "var(--na-fill)",
    meaning: "The policy does not apply to this host.",
  },
};

export const STATE_ORDER = Object.keys(STATES) as State[];
