import { ProgressBar } from "#components/ui/progress-bar.tsx";
import { formatBytes, formatNumber, plural } from "#lib/format.ts";
import type { RunKind } from "#lib/runs/outcome.ts";
import type { TotalsJson } from "#lib/runs/schema.ts";

interface RunTotalsProps {
  kind: RunKind;
  totals: TotalsJson;
  offline: number;
}

/** How far a run is, and what it costs. */
export function RunTotals({ kind, totals, offline }: RunTotalsProps) {
  const { hosts, answered } = totals;
  const cost = [
    totals.wall_time_ms &&
      `${formatNumber(totals.wall_time_ms.p50)} ms, p95 ${formatNumber(totals.wall_time_ms.p95)} ms`,
    totals.memory_bytes &&
      `${formatBytes(totals.memory_bytes.p50)}, p95 ${formatBytes(totals.memory_bytes.p95)}`,
  ];
  return (
    <div className="space-y-2">
      <ProgressBar value={hosts === 0 ? 0 : answered / hosts} label="Hosts that answered" />
      <dl className="flex flex-wrap gap-x-5 gap-y-1 text-sm">
        <Count label="Answered" value={`${formatNumber(answered)} of ${formatNumber(hosts)}`} />
        {kind === "policy" && <Count label="Pass" value={totals.pass} />}
        {kind === "policy" && <Count label="Fail" value={totals.fail} />}
        <Count label="Error" value={totals.error} />
        <Count label="Waiting" value={waitingText(totals.waiting, offline)} />
        {cost[0] && <Count label="Time, median" value={cost[0]} />}
        {cost[1] && <Count label="Memory, median" value={cost[1]} />}
      </dl>
    </div>
  );
}

const waitingText = (waiting: number, offline: number): string =>
  offline > 0
    ? `${formatNumber(waiting)} (${formatNumber(offline)} offline)`
    : formatNumber(waiting);

function Count({ label, value }: { label: string; value: string | number }) {
  return (
    <div className="flex gap-1.5">
      <dt className="text-muted">{label}</dt>
      <dd className="font-medium text-ink tabular-nums">
        {typeof value === "number" ? formatNumber(value) : value}
      </dd>
    </div>
  );
}

/** For who listens: the same in a sentence. */
export function totalsText(kind: RunKind, totals: TotalsJson): string {
  const { hosts, answered, pass, fail, error } = totals;
  const found = kind === "policy" ? [`${pass} pass`, `${fail} fail`] : [];
  const parts = [...found, plural(error, "error")].join(", ");
  return `${answered} of ${plural(hosts, "host")} answered: ${parts}.`;
}
