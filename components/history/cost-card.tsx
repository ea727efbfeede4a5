"use client";

import { useQuery } from "@tanstack/react-query";
import { ErrorState } from "#components/layout/error-state.tsx";
import { useViewer } from "#components/layout/viewer.ts";
import { Card } from "#components/ui/card.tsx";
import { SkeletonText } from "#components/ui/skeleton.tsx";
import { TableScroll } from "#components/ui/table.tsx";
import { formatBytes, formatNumber } from "#lib/format.ts";
import { costOptions } from "#lib/history/client.ts";
import type { CostJson } from "#lib/history/history-schema.ts";
import type { PolicyJson } from "#lib/policies/schema.ts";

type Revision = CostJson["revisions"][number];

interface CostCardProps {
  policy: PolicyJson;
  /** What the rest of the page is narrowed to. */
  teamId: number | null;
}

/** What a run takes of a host, by SQL: an edit that made it dear is seen here first. */
export function CostCard({ policy, teamId }: CostCardProps) {
  const viewer = useViewer();
  const isOfAll = policy.team_id === null;
  const isSeen = !isOfAll || Boolean(viewer?.user.global_role);
  return (
    <Card
      title="Cost of a run"
      description={isSeen && <Explained ofAll={isOfAll && teamId !== null} />}
    >
      {isSeen ? (
        <Cost policyId={policy.id} />
      ) : (
        viewer && (
          <p className="text-muted text-sm">
            This policy is of all teams, and its runs are added up over the hosts of every team.
            Only people who see all teams see what they cost.
          </p>
        )
      )}
    </Card>
  );
}

/** `ofAll`: though the rest of the page is about one team. */
function Explained({ ofAll }: { ofAll: boolean }) {
  return (
    <>
      As agents tell it, from osquery 5.8 on: half of the runs stay below the first number, 95%
      below the second.
      {ofAll && (
        <strong className="font-medium text-ink">
          {" "}
          These are the runs on hosts of all teams, which are not told apart.
        </strong>
      )}
    </>
  );
}

function Cost({ policyId }: { policyId: number }) {
  const { data, isError, error, isFetching, refetch } = useQuery(costOptions(policyId));
  if (isError && !data) {
    return (
      <ErrorState
        title="The cost could not be loaded"
        error={error}
        onRetry={() => refetch()}
        retrying={isFetching}
      />
    );
  }
  if (!data) return <SkeletonText lines={3} />;
  if (data.revisions.length === 0) {
    return <p className="text-muted text-sm">No agent has told yet.</p>;
  }
  return <Table revisions={data.revisions} />;
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
