"use client";

import { useQuery } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import { AsOfControl } from "#components/history/as-of-control.tsx";
import { useLabelQuestion } from "#components/impact/use-label-question.tsx";
import { ErrorState } from "#components/layout/error-state.tsx";
import { EditedElsewhere, useMayEdit } from "#components/layout/gitops.tsx";
import { Loading } from "#components/layout/loading.tsx";
import { PageHeader } from "#components/layout/page-header.tsx";
import { SqlEditor } from "#components/monaco/sql-editor.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { toast } from "#components/ui/toast.tsx";
import { isApiError } from "#lib/http/api-error.ts";
import { labelOptions, useUpdateLabel } from "#lib/labels/client.ts";
import type { LabelDetailJson } from "#lib/labels/schema.ts";
import { DeleteLabelDialog } from "./delete-label-dialog.tsx";
import { LabelFacts } from "./label-facts.tsx";
import { LabelForm } from "./label-form.tsx";
import { formValuesOf, type LabelFormOutput, patchOf } from "./label-form-schema.ts";
import { LABEL_KINDS } from "./label-kind.ts";

const CRUMBS = [{ label: "Labels", href: "/labels" }];

export function LabelPage({ id }: { id: number }) {
  const { data, error, refetch, isFetching } = useQuery(labelOptions(id));
  if (error && (!data || (isApiError(error) && error.status === 404))) {
    return (
      <>
        <PageHeader title="Label" breadcrumbs={CRUMBS} />
        <Card>
          <ErrorState
            title="This label could not be loaded"
            error={error}
            onRetry={() => refetch()}
            retrying={isFetching}
          />
        </Card>
      </>
    );
  }
  return data ? <Label label={data.label} /> : <Loading label="Loading the label…" />;
}

function Label({ label }: { label: LabelDetailJson }) {
  const mayEdit = useMayEdit(null) && label.label_type !== "builtin";
  const [deleting, setDeleting] = useState(false);
  return (
    <>
      <PageHeader
        breadcrumbs={CRUMBS}
        title={label.name}
        description={label.description}
        badges={
          <>
            {label.label_type === "builtin" && <Badge tone="accent">Built in</Badge>}
            <Badge>{LABEL_KINDS[label.label_membership_type].label}</Badge>
          </>
        }
        actions={
          <>
            <AsOfControl />
            {mayEdit && (
              <Button onClick={() => setDeleting(true)}>
                <Trash2 aria-hidden />
                Delete label
              </Button>
            )}
          </>
        }
      />
      {label.label_type !== "builtin" && <EditedElsewhere teamId={null} what="This label is" />}
      <div className="grid gap-6 lg:grid-cols-[minmax(0,1fr)_19rem]">
        <Card>{mayEdit ? <EditForm label={label} /> : <ReadOnly label={label} />}</Card>
        <LabelFacts label={label} />
      </div>
      <DeleteLabelDialog label={label} open={deleting} onOpenChange={setDeleting} />
    </>
  );
}

function EditForm({ label }: { label: LabelDetailJson }) {
  const update = useUpdateLabel();
  const question = useLabelQuestion(label);
  const initial = formValuesOf(label);

  async function save(values: LabelFormOutput): Promise<boolean> {
    const patch = patchOf(initial, values);
    if (!(await question.mayBeSaved(patch))) return false;
    await update.mutateAsync({ id: label.id, ...patch });
    toast.success("Label saved.");
    return true;
  }

  return (
    <>
      <LabelForm labelId={label.id} initial={initial} saveLabel="Save label" onSave={save} />
      {question.dialog}
    </>
  );
}

function ReadOnly({ label }: { label: LabelDetailJson }) {
  if (label.query) return <SqlEditor value={label.query} readOnly />;
  return <p className="text-muted text-sm">{LABEL_KINDS[label.label_membership_type].hint}</p>;
}
