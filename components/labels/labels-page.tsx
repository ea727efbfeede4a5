"use client";

import { Plus, SearchX } from "lucide-react";
import Link from "next/link";
import { AsOfControl } from "#components/history/as-of-control.tsx";
import { EmptyState } from "#components/layout/empty-state.tsx";
import { EditedElsewhere, useMayEdit } from "#components/layout/gitops.tsx";
import { PageHeader } from "#components/layout/page-header.tsx";
import { SearchedList } from "#components/layout/searched-list.tsx";
import { Button } from "#components/ui/button.tsx";
import { labelListOptions } from "#lib/labels/client.ts";
import { LABEL_COLUMNS } from "./label-columns.tsx";

export function LabelsPage() {
  const mayEdit = useMayEdit(null);
  return (
    <>
      <PageHeader
        title="Labels"
        description="Groups of hosts that policies can be narrowed to, whatever team they are in."
        actions={
          <>
            <AsOfControl />
            {mayEdit && (
              <Button variant="primary" asChild>
                <Link href="/labels/new">
                  <Plus aria-hidden />
                  New label
                </Link>
              </Button>
            )}
          </>
        }
      />
      <EditedElsewhere teamId={null} what="Labels are" />
      <SearchedList
        what="labels"
        placeholder="Search labels"
        columns={LABEL_COLUMNS}
        orderKeys={["name", "updated_at"]}
        options={labelListOptions}
        rowsOf={({ labels }) => labels}
        empty={(_, clearButton) => (
          <EmptyState
            icon={<SearchX />}
            title="No label of that name"
            description="No label's name contains what you searched for."
            actions={clearButton}
          />
        )}
      />
    </>
  );
}
