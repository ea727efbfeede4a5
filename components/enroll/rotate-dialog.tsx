"use client";

import { useState } from "react";
import { useRepositoryUrl } from "#components/layout/gitops.tsx";
import { Banner } from "#components/ui/banner.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { RadioGroup } from "#components/ui/radio-group.tsx";
import { toast } from "#components/ui/toast.tsx";
import { useRotateSecret } from "#lib/enroll-secrets/client.ts";
import { errorMessage } from "#lib/http/api-error.ts";

const OVERLAPS = [
  { value: "0", label: "Not at all", hint: "The old secret is known to others: end it now." },
  { value: "24", label: "One day" },
  { value: "168", label: "One week", hint: "Time for images and deployment tools to be updated." },
  { value: "744", label: "31 days", hint: "Covers laptops that are on holiday." },
];

interface RotateDialogProps {
  owner: number | null;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function RotateDialog({ owner, open, onOpenChange }: RotateDialogProps) {
  const [overlap, setOverlap] = useState("24");
  const rotate = useRotateSecret();
  // Not left to the repository alone: a secret that others know has to end at once.
  const isInRepository = useRepositoryUrl() !== null;

  function confirm() {
    rotate.mutate(
      { owner, overlapHours: Number(overlap) },
      {
        onSuccess: () => {
          toast.success("There is a new enroll secret.");
          onOpenChange(false);
        },
      },
    );
  }

  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Rotate the enroll secret"
      description="Makes a new secret. Hosts that have enrolled stay connected: only new ones need it."
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>Cancel</Button>
          <Button variant="primary" loading={rotate.isPending} onClick={confirm}>
            Rotate secret
          </Button>
        </>
      }
    >
      {isInRepository && (
        <Banner tone="warning" className="mb-4">
          If your repository lists enroll secrets, put the new one there too: its next run brings
          back what it lists.
        </Banner>
      )}
      {rotate.isError && (
        <Banner tone="fail" className="mb-4">
          {errorMessage(rotate.error)}
        </Banner>
      )}
      <Field label="How long does the old secret still work?">
        <RadioGroup framed options={OVERLAPS} value={overlap} onValueChange={setOverlap} />
      </Field>
    </Dialog>
  );
}
