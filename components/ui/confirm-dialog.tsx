"use client";

import { type ReactNode, useState } from "react";
import { errorMessage } from "#lib/http/api-error.ts";
import { AlertDialog, AlertDialogCancel } from "./alert-dialog.tsx";
import { Banner } from "./banner.tsx";
import { Button } from "./button.tsx";
import { Field } from "./field.tsx";
import { Input } from "./input.tsx";

interface ConfirmDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  /** What will happen, what is lost, whether it can be undone. */
  description: ReactNode;
  /** The verb: "Delete host", never "OK". */
  confirmLabel: string;
  /** Closes when the promise resolves; a rejection is shown and the dialog stays. */
  onConfirm: () => Promise<unknown>;
  danger?: boolean;
  /** The person must type this first; for what cannot be undone and hits many. */
  typeToConfirm?: string;
}

export function ConfirmDialog(props: ConfirmDialogProps) {
  const { open, onOpenChange, title, description, danger = true, typeToConfirm } = props;
  const [typed, setTyped] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const ready = !typeToConfirm || typed.trim() === typeToConfirm;

  function change(next: boolean) {
    if (busy) return;
    setTyped("");
    setProblem(null);
    onOpenChange(next);
  }

  async function confirm() {
    setBusy(true);
    setProblem(null);
    const failure = await props.onConfirm().then(() => null, errorMessage);
    setBusy(false);
    if (failure !== null) return setProblem(failure);
    setTyped("");
    onOpenChange(false);
  }

  return (
    <AlertDialog
      open={open}
      onOpenChange={change}
      title={title}
      description={description}
      footer={
        <>
          <AlertDialogCancel asChild>
            <Button disabled={busy}>Cancel</Button>
          </AlertDialogCancel>
          <Button
            variant={danger ? "danger" : "primary"}
            loading={busy}
            disabled={!ready}
            onClick={confirm}
          >
            {props.confirmLabel}
          </Button>
        </>
      }
    >
      {typeToConfirm && (
        <Field label={`Type "${typeToConfirm}" to confirm`} className="mt-4">
          <Input
            value={typed}
            autoComplete="off"
            onChange={(event) => setTyped(event.target.value)}
            onKeyDown={(event) => event.key === "Enter" && ready && !busy && confirm()}
          />
        </Field>
      )}
      {problem && (
        <Banner tone="fail" className="mt-4">
          {problem}
        </Banner>
      )}
    </AlertDialog>
  );
}
