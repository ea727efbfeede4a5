"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { VerdictBadge } from "#components/hosts/verdict-badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { SkeletonText } from "#components/ui/skeleton.tsx";
import { formatDateTime } from "#lib/format.ts";
import { verdictsOptions } from "#lib/history/client.ts";
import type { VerdictsJson } from "#lib/history/history-schema.ts";
import { OlderNewer } from "./older-newer.tsx";

const PER_PAGE = 5;

/** When a host could pass and when it could not. */
export function VerdictTimeline({ hostId }: { hostId: number }) {
  const [page, setPage] = useState(0);
  const { data, isError } = useQuery(verdictsOptions(hostId, page, PER_PAGE));
  return (
    <Card title="Verdict over time">
      {isError && !data ? (
        <p className="text-muted text-sm">The verdicts could not be loaded.</p>
      ) : !data ? (
        <SkeletonText lines={3} />
      ) : (
        <Verdicts verdicts={data.verdicts} />
      )}
      {data && <OlderNewer page={page} meta={data.meta} onPageChange={setPage} />}
    </Card>
  );
}

const SAID = { pass: "Could pass", fail: "Could not pass", unknown: "Was not known to pass" };

function Verdicts({ verdicts }: Pick<VerdictsJson, "verdicts">) {
  if (verdicts.length === 0) return <p className="text-muted text-sm">No verdict is known.</p>;
  return (
    <ol className="space-y-2 border-line border-l pl-3.5">
      {verdicts.map(({ verdict, from, until }) => (
        <li key={from} className="flex flex-wrap items-center gap-x-2 gap-y-1 text-sm">
          <VerdictBadge verdict={verdict} />
          <span className="text-muted">
            {SAID[verdict]} from <time dateTime={from}>{formatDateTime(from)}</time>{" "}
            {until ? (
              <>
                to <time dateTime={until}>{formatDateTime(until)}</time>
              </>
            ) : (
              "until now"
            )}
          </span>
        </li>
      ))}
    </ol>
  );
}
