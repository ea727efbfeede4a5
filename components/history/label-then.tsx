"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { platformList } from "#components/hosts/platform-name.ts";
import { vitalName } from "#components/labels/label-facts.tsx";
import { LABEL_KINDS } from "#components/labels/label-kind.ts";
import { Loading } from "#components/layout/loading.tsx";
import { SqlEditor } from "#components/monaco/sql-editor.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { KeyValue, KeyValues } from "#components/ui/key-values.tsx";
import { formatDateTime, formatNumber, plural } from "#lib/format.ts";
import { labelThenOptions } from "#lib/history/client.ts";
import type { LabelThenJson } from "#lib/history/label-as-of-schema.ts";
import { ThenFrame } from "./then-frame.tsx";
import { asOfSearch } from "./use-as-of.ts";

const LINK = "text-accent-text underline-offset-3 hover:underline";

/** A label as it was: its rule, who was a member, and what went by it. */
export function LabelThen({ id, asOf }: { id: number; asOf: string }) {
  const result = useQuery(labelThenOptions(asOf, id));
  const label = result.data?.label;
  return (
    <ThenFrame
      title={label?.name ?? "Label"}
      breadcrumbs={[{ label: "Labels", href: `/labels?${asOfSearch(asOf)}` }]}
      badges={label && <Badge>{LABEL_KINDS[label.label_membership_type].label}</Badge>}
      asOf={asOf}
      what="this label"
      result={result}
      busy={result.isPlaceholderData}
    >
      {label ? (
        <div className="grid gap-6 lg:grid-cols-[minmax(0,1fr)_19rem]">
          <Card className="self-start max-lg:self-stretch">
            {label.query ? (
              <SqlEditor value={label.query} readOnly />
            ) : (
              <p className="text-muted text-sm">{LABEL_KINDS[label.label_membership_type].hint}</p>
            )}
          </Card>
          <Facts label={label} asOf={asOf} />
        </div>
      ) : (
        <Loading label="Looking back…" />
      )}
    </ThenFrame>
  );
}

function Facts({ label, asOf }: { label: LabelThenJson; asOf: string }) {
  const { criteria, unknown_host_count: unknown } = label;
  return (
    <Card title="Then" className="self-start">
      <KeyValues className="grid-cols-1">
        <KeyValue label="Members">
          <Link href={`/hosts?label_id=${label.id}&${asOfSearch(asOf)}`} className={LINK}>
            {plural(label.host_count, "host")}
          </Link>
        </KeyValue>
        {label.label_membership_type === "dynamic" && (
          <>
            <KeyValue label="Not known yet">
              {unknown > 0 ? `${formatNumber(unknown)} had not answered` : "None: all had answered"}
            </KeyValue>
            <KeyValue label="Platforms">{platformList(label.platform)}</KeyValue>
          </>
        )}
        {criteria && criteria.values.length > 0 && (
          <KeyValue label={vitalName(criteria.vital)}>{criteria.values.join(", ")}</KeyValue>
        )}
        <KeyValue label="Used by">
          {label.policies.length === 0 ? (
            "No policy"
          ) : (
            <ul className="space-y-1">
              {label.policies.map(({ id, name }) => (
                <li key={id}>
                  <Link href={`/policies/${id}?${asOfSearch(asOf)}`} className={LINK}>
                    {name}
                  </Link>
                </li>
              ))}
            </ul>
          )}
        </KeyValue>
        <KeyValue label="From">{formatDateTime(label.edited_at)}</KeyValue>
        <KeyValue label="Until">
          {label.ended_at ? formatDateTime(label.ended_at) : "still in force"}
        </KeyValue>
      </KeyValues>
    </Card>
  );
}
