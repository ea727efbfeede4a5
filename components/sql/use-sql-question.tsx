"use client";

import { type ReactNode, useState } from "react";
import { checkQuery } from "#components/sql/check-query.ts";
import { useSchema } from "#components/sql/use-schema.ts";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { toast } from "#components/ui/toast.tsx";

interface Question {
  error: string;
  answer: (goOn: boolean) => void;
}

interface SqlQuestion {
  dialog: ReactNode;
  /** True when the SQL has no error, or the person wants it saved all the same. */
  mayBeSaved: (sql: string) => Promise<boolean>;
}

/** What a host may have all the same: from an extension that none has told of yet, or a newer osquery. */
const MAY_BE_THERE = /^no such /;

/** People decide about what only looks like an error; what no osquery would run is not saved. */
export function useSqlQuestion(): SqlQuestion {
  const { learned } = useSchema();
  const [question, setQuestion] = useState<Question>();

  async function mayBeSaved(sql: string): Promise<boolean> {
    const check = await checkQuery(sql, learned).catch(() => undefined);
    const error = check?.errors[0]?.message;
    if (error === undefined) return true;
    if (!MAY_BE_THERE.test(error)) {
      toast.error(`Not saved: no host could run this query. ${error}`);
      return false;
    }
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
