"use client";

import { type ReactNode, useState } from "react";
import { errorMessage } from "#lib/http/api-error.ts";
import { AlertDialog, AlertDialogCancel } from "./alert-dialog.tsx";
import { Banner } from "./banner.tsx";
import { Button } from "./button.tsx";
import { isTyped, TypedName } from "./typed-name.tsx";

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
  /** False while it is not known yet what will happen. */
  ready?: boolean;
  children?: ReactNode;
}

export function ConfirmDialog(props: ConfirmDialogProps) {
  const { open, onOpenChange, title, description, danger = true, typeToConfirm } = props;
  const [typed, setTyped] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const ready = (props.ready ?? true) && isTyped(typeToConfirm, typed);

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
      {props.children && <div className="mt-4 space-y-4">{props.children}</div>}
      {typeToConfirm && (
        <TypedName
          name={typeToConfirm}
          value={typed}
          onValueChange={setTyped}
          onEnter={() => ready && !busy && confirm()}
          className="mt-4"
        />
      )}
      {problem && (
        <Banner tone="fail" className="mt-4">
          {problem}
        </Banner>
      )}
    </AlertDialog>
  );
}
