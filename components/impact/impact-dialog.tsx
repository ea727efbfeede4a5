"use client";

import { type FormEvent, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { isTyped, TypedName } from "#components/ui/typed-name.tsx";
import type { ImpactJson } from "#lib/impact/schema.ts";
import { ImpactFacts } from "./impact-facts.tsx";
import { impactWords } from "./impact-words.ts";

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
  const ready = isTyped(impact.confirm ? name : undefined, typed);

  function submit(event: FormEvent) {
    event.preventDefault();
    // The policy's own form is around this one in React's tree, and must not hear of it.
    event.stopPropagation();
    if (ready) onAnswer(true);
  }

  return (
    <Dialog open onOpenChange={() => onAnswer(false)} title="What will change" size="md">
      <form onSubmit={submit} className="space-y-4">
        <ImpactFacts words={impactWords(impact, isNew)} impact={impact} />
        {impact.confirm && <TypedName name={name} value={typed} onValueChange={setTyped} />}
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
