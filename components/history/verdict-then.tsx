import { VerdictBadge } from "#components/hosts/verdict-badge.tsx";
import { formatDateTime } from "#lib/format.ts";
import type { HostThenJson } from "#lib/history/as-of-schema.ts";

interface VerdictThenProps {
  verdict: HostThenJson["verdict"];
  since?: string | null;
}

/** A verdict of the past, or that none was kept. */
export function VerdictThen({ verdict, since }: VerdictThenProps) {
  if (!verdict) return <span className="text-faint text-sm">Verdict not kept</span>;
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2">
      <VerdictBadge verdict={verdict} />
      {since && <span className="text-muted text-xs">since {formatDateTime(since)}</span>}
    </span>
  );
}
