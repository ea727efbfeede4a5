"use client";

import { type ReactNode, useState } from "react";
import { checkQuery } from "#components/sql/check-query.ts";
import { useSchema } from "#components/sql/use-schema.ts";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";

interface Question {
  error: string;
  answer: (goOn: boolean) => void;
}

interface SqlQuestion {
  dialog: ReactNode;
  /** True when the SQL has no error, or the person wants it saved all the same. */
  mayBeSaved: (sql: string) => Promise<boolean>;
}

/** A table of an extension that no host has told of yet looks like an error: so people decide. */
export function useSqlQuestion(): SqlQuestion {
  const { learned } = useSchema();
  const [question, setQuestion] = useState<Question>();

  async function mayBeSaved(sql: string): Promise<boolean> {
    const check = await checkQuery(sql, learned).catch(() => undefined);
    const error = check?.errors[0]?.message;
    if (error === undefined) return true;
    return new Promise((answer) => setQuestion({ error, answer }));
  }

  function close(goOn: boolean) {
    question?.answer(goOn);
    setQuestion(undefined);
  }

  const dialog = (
    <ConfirmDialog
      open={question !== undefined}
      onOpenChange={(open) => !open && close(false)}
      title="Save a query that has an error?"
      description={
        <>
          SQLite says <code className="font-mono text-ink">{question?.error}</code>. Hosts would
          answer with this error, which is neither a pass nor a fail.
        </>
      }
      confirmLabel="Save all the same"
      danger={false}
      onConfirm={async () => close(true)}
    />
  );
  return { dialog, mayBeSaved };
}
