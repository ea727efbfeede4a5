"use client";

import { Lock } from "lucide-react";
import { useRouter } from "next/navigation";
import { EmptyState } from "#components/layout/empty-state.tsx";
import { useMayEdit } from "#components/layout/gitops.tsx";
import { Loading } from "#components/layout/loading.tsx";
import { PageHeader } from "#components/layout/page-header.tsx";
import { useViewer } from "#components/layout/viewer.ts";
import { Card } from "#components/ui/card.tsx";
import { toast } from "#components/ui/toast.tsx";
import { useCreateLabel } from "#lib/labels/client.ts";
import { LabelForm } from "./label-form.tsx";
import { NEW_LABEL, newLabelOf } from "./label-form-schema.ts";

export function NewLabelPage() {
  const router = useRouter();
  const viewer = useViewer();
  const mayEdit = useMayEdit(null);
  const create = useCreateLabel();
  if (!viewer) return <Loading />;
  return (
    <>
      <PageHeader
        title="New label"
        breadcrumbs={[{ label: "Labels", href: "/labels" }]}
        description="A group of hosts that policies can be narrowed to."
      />
      <Card>
        {mayEdit ? (
          <LabelForm
            initial={NEW_LABEL}
            saveLabel="Create label"
            onSave={async (values) => {
              const { label } = await create.mutateAsync(newLabelOf(values));
              toast.success(`${label.name} is made.`);
              router.push(`/labels/${label.id}`);
              return true;
            }}
          />
        ) : (
          <EmptyState
            icon={<Lock />}
            title="You may look at labels and not make any"
            description="Labels are about every team, so global admins and maintainers make them."
          />
        )}
      </Card>
    </>
  );
}
