"use client";

import { useQuery } from "@tanstack/react-query";
import { parseAsInteger, useQueryState, useQueryStates } from "nuqs";
import { ErrorState } from "#components/layout/error-state.tsx";
import { Pager } from "#components/layout/pager.tsx";
import { Card } from "#components/ui/card.tsx";
import { SkeletonText } from "#components/ui/skeleton.tsx";
import { revisionsOptions } from "#lib/policies/client.ts";
import type { PolicyJson } from "#lib/policies/schema.ts";
import { RevisionDialog } from "./revision-dialog.tsx";
import { RevisionRow } from "./revision-row.tsx";

/** Everything a policy ever was, newest first. */
export function PolicyRevisions({ policy, mayEdit }: { policy: PolicyJson; mayEdit: boolean }) {
  const [{ page }, setPage] = useQueryStates({ page: parseAsInteger.withDefault(0) });
  const [revision, setRevision] = useQueryState("revision", parseAsInteger);
  const list = useQuery(revisionsOptions(policy.id, page));
  if (list.isError && !list.data) {
    return (
      <Card>
        <ErrorState
          title="The revisions could not be loaded"
          error={list.error}
          onRetry={() => list.refetch()}
          retrying={list.isFetching}
        />
      </Card>
    );
  }
  return (
    <div className="space-y-3">
      <Card flush>
        {list.data ? (
          <ol aria-label="Revisions" className="divide-y divide-line">
            {list.data.revisions.map((one) => (
              <RevisionRow
                key={one.version}
                revision={one}
                onOpen={() => setRevision(one.version)}
              />
            ))}
          </ol>
        ) : (
          <div role="status" className="p-4">
            <span className="sr-only">Loading the revisions…</span>
            <SkeletonText lines={6} />
          </div>
        )}
      </Card>
      <Pager
        label="revisions"
        page={page}
        hasNext={list.data?.meta.has_next_results ?? false}
        onPageChange={(next) => setPage({ page: next || null })}
      />
      {revision !== null && (
        <RevisionDialog
          key={revision}
          policy={policy}
          version={revision}
          mayRestore={mayEdit}
          onClose={() => setRevision(null)}
        />
      )}
    </div>
  );
}
