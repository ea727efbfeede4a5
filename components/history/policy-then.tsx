"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { platformList } from "#components/hosts/platform-name.ts";
import { Loading } from "#components/layout/loading.tsx";
import { useTeam } from "#components/layout/use-team.ts";
import { SqlEditor } from "#components/monaco/sql-editor.tsx";
import { countsOf, hostsHref } from "#components/policies/policy-counts.ts";
import { TagList } from "#components/policies/tag-list.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { cn } from "#components/ui/cn.ts";
import { KeyValue, KeyValues } from "#components/ui/key-values.tsx";
import { Markdown } from "#components/ui/markdown.tsx";
import { STATE_ORDER, STATES } from "#components/ui/state.ts";
import { StateBar } from "#components/ui/state-bar.tsx";
import { formatDateTime, formatNumber } from "#lib/format.ts";
import type { PolicyThenJson } from "#lib/history/as-of-schema.ts";
import { policyThenOptions } from "#lib/history/client.ts";
import { ThenFrame } from "./then-frame.tsx";
import { asOfSearch } from "./use-as-of.ts";

interface PolicyThenProps {
  id: number;
  asOf: string;
}

/** A policy as it was: the SQL in force then and how the hosts stood on it. */
export function PolicyThen({ id, asOf }: PolicyThenProps) {
  const [teamId] = useTeam();
  const result = useQuery(policyThenOptions(asOf, id, teamId));
  const policy = result.data?.policy;
  return (
    <ThenFrame
      title={policy?.name ?? "Policy"}
      description={policy?.description}
      breadcrumbs={[{ label: "Policies", href: `/policies?${asOfSearch(asOf)}` }]}
      badges={
        policy && (
          <>
            {policy.critical && <Badge tone="accent">Critical</Badge>}
            {policy.paused && <Badge tone="stale">Paused</Badge>}
            <TagList tags={policy.tags} teamId={policy.team_id} asOf={asOf} />
          </>
        )
      }
      asOf={asOf}
      what="this policy"
      result={result}
      busy={result.isPlaceholderData}
    >
      {policy ? (
        <div className="grid gap-6 lg:grid-cols-[minmax(0,1fr)_19rem]">
          <div className="flex min-w-0 flex-col gap-6 lg:order-last">
            <Results policy={policy} asOf={asOf} teamId={teamId} />
            <Facts policy={policy} />
          </div>
          <div className="flex min-w-0 flex-col gap-6">
            <section aria-label="Query">
              <h2 className="mb-2 font-semibold text-base">Query</h2>
              <SqlEditor readOnly value={policy.query} />
            </section>
            {policy.resolution && (
              <Card title="How to fix it">
                <Markdown>{policy.resolution}</Markdown>
              </Card>
            )}
          </div>
        </div>
      ) : (
        <Loading label="Looking back…" />
      )}
    </ThenFrame>
  );
}

interface ResultsProps {
  policy: PolicyThenJson;
  asOf: string;
  teamId: number | null;
}

function Results({ policy, asOf, teamId }: ResultsProps) {
  const counts = countsOf(policy);
  return (
    <Card title="Hosts then">
      <StateBar counts={counts} />
      <ul className="mt-3 space-y-0.5">
        {STATE_ORDER.filter((state) => state in counts).map((state) => {
          const look = STATES[state];
          const count = counts[state] ?? 0;
          return (
            <li key={state}>
              <Link
                href={`${hostsHref(policy.id, state, teamId)}&${asOfSearch(asOf)}`}
                className="-mx-2 flex min-h-8 items-center gap-2 rounded-sm px-2 text-sm hover:bg-hover pointer-coarse:min-h-11"
              >
                <look.icon aria-hidden className={cn("size-4", look.textClass)} />
                <span className="flex-1 text-muted">{look.label}</span>
                <span className={cn("font-medium tabular-nums", count === 0 && "text-faint")}>
                  {formatNumber(count)}
                </span>
              </Link>
            </li>
          );
        })}
      </ul>
      {!policy.pending_is_known && (
        <p className="mt-2 text-muted text-xs">
          Labels decided whom it asked, and were not kept yet. Hosts that had not answered are not
          counted.
        </p>
      )}
    </Card>
  );
}

function Facts({ policy }: { policy: PolicyThenJson }) {
  return (
    <Card title="The edit in force">
      <KeyValues>
        <KeyValue label="Revision of the SQL">{policy.revision}</KeyValue>
        <KeyValue label="Edited by">{policy.edited_by}</KeyValue>
        <KeyValue label="From">{formatDateTime(policy.edited_at)}</KeyValue>
        <KeyValue label="Until">
          {policy.ended_at ? formatDateTime(policy.ended_at) : "still in force"}
        </KeyValue>
        <KeyValue label="Platforms">{platformList(policy.platform)}</KeyValue>
      </KeyValues>
    </Card>
  );
}
