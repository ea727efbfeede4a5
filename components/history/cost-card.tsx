"use client";

import { useQuery } from "@tanstack/react-query";
import { ErrorState } from "#components/layout/error-state.tsx";
import { Card } from "#components/ui/card.tsx";
import { SkeletonText } from "#components/ui/skeleton.tsx";
import { TableScroll } from "#components/ui/table.tsx";
import { formatBytes, formatNumber } from "#lib/format.ts";
import { costOptions } from "#lib/history/client.ts";
import type { CostJson } from "#lib/history/history-schema.ts";

type Revision = CostJson["revisions"][number];

/** What a run takes of a host, by SQL: an edit that made it dear is seen here first. */
export function CostCard({ policyId }: { policyId: number }) {
  const cost = useQuery(costOptions(policyId));
  const { data } = cost;
  return (
    <Card
      title="Cost of a run"
      description="As agents tell it, from osquery 5.8 on: half of the runs stay below the first number, 95% below the second."
    >
      {cost.isError && !data ? (
        <ErrorState
          title="The cost could not be loaded"
          error={cost.error}
          onRetry={() => cost.refetch()}
          retrying={cost.isFetching}
        />
      ) : !data ? (
        <SkeletonText lines={3} />
      ) : data.revisions.length === 0 ? (
        <p className="text-muted text-sm">No agent has told yet.</p>
      ) : (
        <Table revisions={data.revisions} />
      )}
    </Card>
  );
}

const HEAD = ["Revision", "Runs", "Time p50", "Time p95", "Memory p50", "Memory p95"];

const milliseconds = (value: number | undefined) =>
  value === undefined ? "–" : `${formatNumber(value)} ms`;
const bytes = (value: number | undefined) => (value === undefined ? "–" : formatBytes(value));

const cellsOf = ({ runs, wall_time_ms: time, memory_bytes: memory }: Revision) => [
  formatNumber(runs),
  milliseconds(time?.p50),
  milliseconds(time?.p95),
  bytes(memory?.p50),
  bytes(memory?.p95),
];

function Table({ revisions }: { revisions: Revision[] }) {
  return (
    <TableScroll label="Cost by revision">
      <table className="w-full text-sm tabular-nums">
        <thead>
          <tr className="border-line border-b text-left text-muted text-xs">
            {HEAD.map((text) => (
              <th
                key={text}
                scope="col"
                className="whitespace-nowrap py-1.5 pr-4 font-medium last:pr-0"
              >
                {text}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {revisions.map((revision) => (
            <tr key={revision.revision}>
              <th scope="row" className="py-1.5 pr-4 text-left font-medium">
                {revision.revision}
              </th>
              {cellsOf(revision).map((text, index) => (
                <td key={HEAD[index + 1]} className="whitespace-nowrap py-1.5 pr-4 last:pr-0">
                  {text}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </TableScroll>
  );
}
