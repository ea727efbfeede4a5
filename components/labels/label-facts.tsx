import Link from "next/link";
import { platformList } from "#components/hosts/platform-name.ts";
import { Card } from "#components/ui/card.tsx";
import { KeyValue, KeyValues } from "#components/ui/key-values.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { formatNumber, plural } from "#lib/format.ts";
import type { LabelDetailJson } from "#lib/labels/schema.ts";
import { VITAL_NAMES } from "./criteria-field.tsx";
import { LABEL_KINDS } from "./label-kind.ts";

const LINK = "text-accent-text underline-offset-3 hover:underline";

export const isUsed = ({ policies, exemptions }: LabelDetailJson): boolean =>
  policies.length + exemptions.length > 0;

/** Who is a member now, and what goes by it. */
export function LabelFacts({ label }: { label: LabelDetailJson }) {
  return (
    <Card title="About" className="self-start">
      <KeyValues className="grid-cols-1">
        <KeyValue label="Members">
          <Link href={`/hosts?label_id=${label.id}`} className={LINK}>
            {plural(label.host_count, "host")}
          </Link>
        </KeyValue>
        {label.label_membership_type === "dynamic" && (
          <KeyValue label="Not known yet">
            {label.unknown_host_count > 0
              ? `${formatNumber(label.unknown_host_count)} have not answered`
              : "None: all have answered"}
          </KeyValue>
        )}
        <KeyValue label="Kind">{LABEL_KINDS[label.label_membership_type].label}</KeyValue>
        {label.label_membership_type === "dynamic" && (
          <KeyValue label="Platforms">{platformList(label.platform)}</KeyValue>
        )}
        {label.criteria && label.criteria.values.length > 0 && (
          <KeyValue label={vitalName(label.criteria.vital)}>
            {label.criteria.values.join(", ")}
          </KeyValue>
        )}
        <KeyValue label="Used by">
          <LabelUses label={label} none="Nothing" />
        </KeyValue>
        <KeyValue label="Created">
          <RelativeTime value={label.created_at} />
        </KeyValue>
        <KeyValue label="Updated">
          <RelativeTime value={label.updated_at} />
        </KeyValue>
      </KeyValues>
    </Card>
  );
}

export const vitalName = (vital: string) =>
  Object.entries(VITAL_NAMES).find(([name]) => name === vital)?.[1].label ?? vital;

/** Policies that go by a label, and exemptions that let its hosts off one. */
export function LabelUses({ label, none }: { label: LabelDetailJson; none?: string }) {
  if (!isUsed(label)) return none;
  return (
    <ul className="space-y-1">
      {label.policies.map((policy) => (
        <li key={policy.id}>
          <Link href={`/policies/${policy.id}`} className={LINK}>
            {policy.name}
          </Link>
        </li>
      ))}
      {label.exemptions.map(({ id, policy_id, policy_name, reason }) => (
        <li key={`exemption ${id}`}>
          <Link href={`/policies/${policy_id}?tab=exemptions`} className={LINK}>
            Exemption from {policy_name}
          </Link>
          <span className="text-muted"> ({reason})</span>
        </li>
      ))}
    </ul>
  );
}
