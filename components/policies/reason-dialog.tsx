"use client";

import { type FormEvent, type ReactNode, useState } from "react";
import { Banner } from "#components/ui/banner.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { isTyped, TypedName } from "#components/ui/typed-name.tsx";
import { errorMessage } from "#lib/http/api-error.ts";

const REASON_CHARACTERS_MAX = 1_000;

interface ReasonDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  /** What will happen. */
  description: ReactNode;
  /** The verb: "Pause policy". */
  confirmLabel: string;
  /** False while something in `children` is missing. */
  ready?: boolean;
  /** The person must type this first; for what hits many. */
  typeToConfirm?: string;
  /** Closes when the promise resolves; a rejection is shown and the dialog stays. */
  onConfirm: (reason: string) => Promise<unknown>;
  children?: ReactNode;
}

/** Asks whether, and why; the reason is kept with the revision that this makes. */
export function ReasonDialog(props: ReasonDialogProps) {
  const { open, onOpenChange, typeToConfirm, onConfirm, children } = props;
  const [reason, setReason] = useState("");
  const [typed, setTyped] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const ready = (props.ready ?? true) && isTyped(typeToConfirm, typed);

  function change(next: boolean) {
    if (busy) return;
    setReason("");
    setTyped("");
    setProblem(null);
    onOpenChange(next);
  }

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (!ready || busy) return;
    setBusy(true);
    setProblem(null);
    const failure = await onConfirm(reason.trim()).then(() => null, errorMessage);
    setBusy(false);
    if (failure !== null) return setProblem(failure);
    setReason("");
    setTyped("");
    onOpenChange(false);
  }

  return (
    <Dialog open={open} onOpenChange={change} title={props.title} description={props.description}>
      <form onSubmit={submit} className="space-y-4">
        {problem && <Banner tone="fail">{problem}</Banner>}
        {children}
        <Field label="Why" optional hint="Kept in the revisions.">
          <Input
            value={reason}
            autoComplete="off"
            maxLength={REASON_CHARACTERS_MAX}
            onChange={(event) => setReason(event.target.value)}
          />
        </Field>
        {typeToConfirm && <TypedName name={typeToConfirm} value={typed} onValueChange={setTyped} />}
        <DialogFooter>
          <Button disabled={busy} onClick={() => change(false)}>
            Cancel
          </Button>
          <Button type="submit" variant="primary" loading={busy} disabled={!ready}>
            {props.confirmLabel}
          </Button>
        </DialogFooter>
      </form>
    </Dialog>
  );
}
