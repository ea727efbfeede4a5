import { platformList } from "#components/hosts/platform-name.ts";
import { Card } from "#components/ui/card.tsx";
import { KeyValue, KeyValues } from "#components/ui/key-values.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { formatDuration } from "#lib/format.ts";
import type { PolicyJson } from "#lib/policies/schema.ts";

/** Who made it and when; for those who may not edit, its settings as well. */
export function PolicyFacts({ policy, settings }: { policy: PolicyJson; settings?: boolean }) {
  return (
    <Card title="About">
      <KeyValues className="grid-cols-1">
        {settings && (
          <>
            <KeyValue label="Platforms">{platformList(policy.platform)}</KeyValue>
            <KeyValue label="Critical">{policy.critical ? "Yes, it gates access" : "No"}</KeyValue>
            <KeyValue label="Interval">
              {policy.interval === null
                ? "The server’s"
                : `Every ${formatDuration(policy.interval)}`}
            </KeyValue>
          </>
        )}
        <KeyValue label="Author">{policy.author_name}</KeyValue>
        <KeyValue label="Created">
          <RelativeTime value={policy.created_at} />
        </KeyValue>
        <KeyValue label="Updated">
          <RelativeTime value={policy.updated_at} />
        </KeyValue>
      </KeyValues>
    </Card>
  );
}
