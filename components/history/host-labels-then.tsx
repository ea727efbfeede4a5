import { LabelLinks } from "#components/labels/label-links.tsx";
import { Card } from "#components/ui/card.tsx";
import type { HostThenReplyJson } from "#lib/history/as-of-schema.ts";
import { asOfSearch } from "./use-as-of.ts";

interface HostLabelsThenProps {
  host: Pick<HostThenReplyJson["host"], "labels" | "unknown_labels">;
  asOf: string;
}

/** Which labels the host was a member of, or that nobody wrote them down yet. */
export function HostLabelsThen({ host, asOf }: HostLabelsThenProps) {
  return (
    <Card title="Labels then">
      {host.labels && host.unknown_labels ? (
        <Known labels={host.labels} unknown={host.unknown_labels} search={asOfSearch(asOf)} />
      ) : (
        <p className="text-muted text-sm">
          Not known: labels of hosts were not kept yet at that moment.
        </p>
      )}
    </Card>
  );
}

interface LabelName {
  id: number;
  name: string;
}

interface KnownProps {
  labels: readonly LabelName[];
  unknown: readonly LabelName[];
  search: string;
}

function Known({ labels, unknown, search }: KnownProps) {
  return (
    <>
      {labels.length === 0 && <p className="text-muted text-sm">A member of no label.</p>}
      <LabelLinks label="Member of" labels={labels} tone="accent" search={search} />
      {unknown.length > 0 && (
        <div className="mt-3 space-y-1.5">
          <p className="text-muted text-xs">Not known then: the host had not answered yet.</p>
          <LabelLinks label="Not known then" labels={unknown} tone="pending" search={search} />
        </div>
      )}
    </>
  );
}
