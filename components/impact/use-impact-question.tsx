"use client";

import { type ReactNode, useState } from "react";
import { fetchImpact } from "#lib/impact/client.ts";
import type { ImpactBody, ImpactJson } from "#lib/impact/schema.ts";
import { type ImpactAnswer, ImpactDialog } from "./impact-dialog.tsx";
import { isNotable } from "./impact-words.ts";

interface Question {
  impact: ImpactJson;
  name: string;
  isNew: boolean;
  answer: (given: ImpactAnswer | null) => void;
}

interface ImpactQuestion {
  dialog: ReactNode;
  /** null: the person would rather not. Asks nothing where nothing notable would change. */
  ask: (body: ImpactBody, name: string) => Promise<ImpactAnswer | null>;
}

/** Fields that change nothing but what people read. */
const PROSE = new Set([
  "policy_id",
  "team_id",
  "name",
  "description",
  "resolution",
  "tags",
  "run_id",
]);

const hasEffect = (body: ImpactBody) => Object.keys(body).some((key) => !PROSE.has(key));

export function useImpactQuestion(): ImpactQuestion {
  const [question, setQuestion] = useState<Question>();

  async function ask(body: ImpactBody, name: string): Promise<ImpactAnswer | null> {
    const unasked = { reason: "" };
    if (!hasEffect(body)) return unasked;
    const impact = await fetchImpact(body);
    const isNew = !body.policy_id;
    if (!isNotable(impact, isNew)) return unasked;
    return new Promise((resolve) => {
      const answer = (given: ImpactAnswer | null) => {
        setQuestion(undefined);
        resolve(given);
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
  return { dialog, ask };
}
