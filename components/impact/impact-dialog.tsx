"use client";

import { type FormEvent, useState } from "react";
import { Banner } from "#components/ui/banner.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import type { ImpactJson } from "#lib/impact/schema.ts";
import { impactWords, shareWords } from "./impact-words.ts";

interface ImpactDialogProps {
  impact: ImpactJson;
  /** Of the policy: what a person types to confirm a large change. */
  name: string;
  isNew: boolean;
  onAnswer: (goOn: boolean) => void;
}

/** What saving will change, before it does. */
export function ImpactDialog({ impact, name, isNew, onAnswer }: ImpactDialogProps) {
  const [typed, setTyped] = useState("");
  const ready = !impact.confirm || typed.trim() === name;

  function submit(event: FormEvent) {
    event.preventDefault();
    // The policy's own form is around this one in React's tree, and must not hear of it.
    event.stopPropagation();
    if (ready) onAnswer(true);
  }

  return (
    <Dialog open onOpenChange={() => onAnswer(false)} title="What will change" size="md">
      <form onSubmit={submit} className="space-y-4">
        <ul aria-label="What will change" className="list-disc space-y-1.5 pl-5 text-sm">
          {impactWords(impact, isNew).map((words) => (
            <li key={words} className="text-pretty">
              {words}
            </li>
          ))}
        </ul>
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
          <Button onClick={() => onAnswer(false)}>Cancel</Button>
          <Button type="submit" variant="primary" disabled={!ready}>
            {isNew ? "Create policy" : "Save"}
          </Button>
        </DialogFooter>
      </form>
    </Dialog>
  );
}
