import Link from "next/link";
import { badgeClass } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import type { HostDetailJson } from "#lib/hosts/json.ts";

/** Which labels the host is a member of, and which it has not answered yet. */
export function HostLabels({ host }: { host: HostDetailJson }) {
  const { labels, unknown_labels: unknown } = host;
  return (
    <Card title="Labels">
      {labels.length === 0 && <p className="text-muted text-sm">A member of no label.</p>}
      <LabelLinks label="Member of" labels={labels} tone="accent" />
      {unknown.length > 0 && (
        <div className="mt-3 space-y-1.5">
          <p className="text-muted text-xs">
            Not known yet. Policies that go by these labels wait for the host’s answer.
          </p>
          <LabelLinks label="Not known yet" labels={unknown} tone="pending" />
        </div>
      )}
    </Card>
  );
}

interface LabelLinksProps {
  label: string;
  labels: readonly { id: number; name: string }[];
  tone: "accent" | "pending";
}

function LabelLinks({ label, labels, tone }: LabelLinksProps) {
  if (labels.length === 0) return null;
  return (
    <ul aria-label={label} className="flex flex-wrap gap-1.5">
      {labels.map(({ id, name }) => (
        <li key={id} className="max-w-full">
          <Link
            href={`/labels/${id}`}
            className={`${badgeClass(tone)} max-w-full truncate underline-offset-3 hover:underline`}
          >
            {name}
          </Link>
        </li>
      ))}
    </ul>
  );
}
