"use client";

import { type ReactNode, useState } from "react";
import { fetchImpact } from "#lib/impact/client.ts";
import type { ImpactBody, ImpactJson } from "#lib/impact/schema.ts";
import { ImpactDialog } from "./impact-dialog.tsx";
import { isNotable } from "./impact-words.ts";

interface Question {
  impact: ImpactJson;
  name: string;
  isNew: boolean;
  answer: (goOn: boolean) => void;
}

interface ImpactQuestion {
  dialog: ReactNode;
  /** False: the person would rather not. Asks nothing where nothing notable would change. */
  mayBeSaved: (body: ImpactBody, name: string) => Promise<boolean>;
}

/** Fields that change nothing but what people read. */
const PROSE = new Set([
  "policy_id",
  "team_id",
  "name",
  "description",
  "resolution",
  "tags",
  "reason",
  "run_id",
]);

const hasEffect = (body: ImpactBody) => Object.keys(body).some((key) => !PROSE.has(key));

export function useImpactQuestion(): ImpactQuestion {
  const [question, setQuestion] = useState<Question>();

  async function mayBeSaved(body: ImpactBody, name: string): Promise<boolean> {
    if (!hasEffect(body)) return true;
    const impact = await fetchImpact(body);
    const isNew = !body.policy_id;
    if (!isNotable(impact, isNew)) return true;
    return new Promise((resolve) => {
      const answer = (goOn: boolean) => {
        setQuestion(undefined);
        resolve(goOn);
      };
      setQuestion({ impact, name, isNew, answer });
    });
  }

  const dialog = question && (
    <ImpactDialog
      impact={question.impact}
      name={question.name}
      isNew={question.isNew}
      onAnswer={question.answer}
    />
  );
  return { dialog, mayBeSaved };
}
