"use client";

import { type FormEvent, useState } from "react";
import { Banner } from "#components/ui/banner.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import type { ImpactJson } from "#lib/impact/schema.ts";
import { impactWords, shareWords } from "./impact-words.ts";

const REASON_CHARACTERS_MAX = 1_000;

export interface ImpactAnswer {
  /** Why, for the policy's revisions; "" when nothing was said. */
  reason: string;
}

interface ImpactDialogProps {
  impact: ImpactJson;
  /** Of the policy: what a person types to confirm a large change. */
  name: string;
  isNew: boolean;
  onAnswer: (answer: ImpactAnswer | null) => void;
}

/** What saving will change, before it does. */
export function ImpactDialog({ impact, name, isNew, onAnswer }: ImpactDialogProps) {
  const [typed, setTyped] = useState("");
  const [reason, setReason] = useState("");
  const ready = !impact.confirm || typed.trim() === name;

  function submit(event: FormEvent) {
    event.preventDefault();
    // The policy's own form is around this one in React's tree, and must not hear of it.
    event.stopPropagation();
    if (ready) onAnswer({ reason: reason.trim() });
  }

  return (
    <Dialog open onOpenChange={() => onAnswer(null)} title="What will change" size="md">
      <form onSubmit={submit} className="space-y-4">
        <ul aria-label="What will change" className="list-disc space-y-1.5 pl-5 text-sm">
          {impactWords(impact, isNew).map((words) => (
            <li key={words} className="text-pretty">
              {words}
            </li>
          ))}
        </ul>
        {!isNew && (
          <Field label="Why" optional hint="Kept in the policy's revisions.">
            <Input
              value={reason}
              autoComplete="off"
              maxLength={REASON_CHARACTERS_MAX}
              onChange={(event) => setReason(event.target.value)}
            />
          </Field>
        )}
        {impact.confirm && (
          <>
            <Banner tone="warning">{shareWords(impact)}</Banner>
            <Field label={`Type "${name}" to confirm`}>
              <Input
                value={typed}
                autoComplete="off"
                onChange={(event) => setTyped(event.target.value)}
              />
            </Field>
          </>
        )}
        <DialogFooter>
          <Button onClick={() => onAnswer(null)}>Cancel</Button>
          <Button type="submit" variant="primary" disabled={!ready}>
            {isNew ? "Create policy" : "Save"}
          </Button>
        </DialogFooter>
      </form>
    </Dialog>
  );
}
