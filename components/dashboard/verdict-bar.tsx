import { formatNumber } from "#lib/format.ts";
import type { HostSummary } from "#lib/hosts/json.ts";

const PARTS = [
  { key: "pass", label: "pass", className: "bg-pass-fill" },
  { key: "fail", label: "fail", className: "bg-fail-fill" },
  { key: "unknown", label: "unknown", className: "bg-na-fill" },
] as const;

/** How hosts divide over the verdicts; the words are its name. */
export function VerdictBar({ verdicts }: { verdicts: HostSummary["verdicts"] }) {
  const present = PARTS.filter(({ key }) => verdicts[key] > 0);
  const name = present
    .map(({ key, label }) => `${formatNumber(verdicts[key])} ${label}`)
    .join(", ");
  return (
    <span
      role="img"
      aria-label={name || "No hosts"}
      title={name}
      className="flex h-1.5 gap-px overflow-hidden rounded-full bg-line"
    >
      {present.map(({ key, className }) => (
        <span
          key={key}
          className={`min-w-[3px] ${className}`}
          style={{ flexGrow: verdicts[key], flexBasis: 0 }}
        />
      ))}
    </span>
  );
}
