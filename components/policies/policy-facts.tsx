import { PolicyAutomation } from "#components/automations/policy-automation.tsx";
import { platformList } from "#components/hosts/platform-name.ts";
import { labelSentence } from "#components/labels/label-sentence.ts";
import { Card } from "#components/ui/card.tsx";
import { KeyValue, KeyValues } from "#components/ui/key-values.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { formatDuration } from "#lib/format.ts";
import { LABEL_KEYS, type LabelLists } from "#lib/policies/label-fields.ts";
import type { PolicyJson } from "#lib/policies/schema.ts";

const every = (seconds: number | null) =>
  seconds === null ? "The server’s" : `Every ${formatDuration(seconds)}`;

const labelNames = (policy: PolicyJson): LabelLists =>
  Object.fromEntries(LABEL_KEYS.map((key) => [key, policy[key].map(({ name }) => name)]));

/** What was decided about it, by whom and when. */
export function PolicyFacts({ policy }: { policy: PolicyJson }) {
  return (
    <Card title="About">
      <KeyValues className="grid-cols-1">
        <KeyValue label="Platforms">{platformList(policy.platform)}</KeyValue>
        <KeyValue label="Labels">{labelSentence(labelNames(policy))}</KeyValue>
        <KeyValue label="Critical">{policy.critical ? "Yes, it gates access" : "No"}</KeyValue>
        <KeyValue label="Interval">{every(policy.interval)}</KeyValue>
        <PolicyAutomation policy={policy} />
        {policy.run_requested_at && (
          <KeyValue label="Run on request">
            <RelativeTime value={policy.run_requested_at} />
          </KeyValue>
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
