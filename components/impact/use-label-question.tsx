"use client";

import { type ReactNode, useState } from "react";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { plural } from "#lib/format.ts";
import { fetchLabelImpact } from "#lib/impact/client.ts";
import type { LabelImpactJson, LabelPatchBody } from "#lib/impact/schema.ts";
import { ImpactFacts } from "./impact-facts.tsx";
import { isLabelNotable, labelWords } from "./label-words.ts";

interface Question {
  impact: LabelImpactJson;
  answer: (goOn: boolean) => void;
}

interface LabelQuestion {
  dialog: ReactNode;
  /** False: the person would rather not. Asks nothing where nothing goes by what changes. */
  mayBeSaved: (body: LabelPatchBody) => Promise<boolean>;
}

/** Before a label is saved that policies go by: whom they would ask then. */
export function useLabelQuestion({ id, name }: { id: number; name: string }): LabelQuestion {
  const [question, setQuestion] = useState<Question>();

  async function mayBeSaved(body: LabelPatchBody): Promise<boolean> {
    const impact = await fetchLabelImpact(id, body);
    if (!isLabelNotable(impact)) return true;
    return new Promise((answer) => setQuestion({ impact, answer }));
  }

  function close(goOn: boolean) {
    question?.answer(goOn);
    setQuestion(undefined);
  }

  const dialog = question && (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && close(false)}
      title="What will change"
      description={uses(question.impact)}
      confirmLabel="Save label"
      danger={false}
      typeToConfirm={question.impact.confirm ? name : undefined}
      onConfirm={async () => close(true)}
    >
      <ImpactFacts words={labelWords(question.impact)} impact={question.impact} />
    </ConfirmDialog>
  );
  return { dialog, mayBeSaved };
}

const uses = ({ policies }: LabelImpactJson): string =>
  policies.length > 0
    ? `${plural(policies.length, "policy goes", "policies go")} by this label.`
    : "Exemptions go by this label.";
