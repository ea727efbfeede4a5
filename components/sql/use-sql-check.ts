"use client";

import { useEffect, useState } from "react";
import type { SqlCheck } from "#lib/osquery/check.ts";
import { checkQuery } from "./check-query.ts";
import { useSchema } from "./use-schema.ts";

/** Shorter than a pause between words, longer than one between letters. */
const DEBOUNCE_MS = 150;

export interface CheckedSql {
  sql: string;
  check: SqlCheck;
}

/**
 * The check of what is being typed. While the next one is under way the last stays, so that nothing
 * flickers: `sql` says which text it is of. Undefined at first, and for an empty text.
 */
export function useSqlCheck(sql: string): CheckedSql | undefined {
  const [checked, setChecked] = useState<CheckedSql>();
  const { learned } = useSchema();
  const empty = sql.trim() === "";
  useEffect(() => {
    if (empty) return setChecked(undefined);
    let left = false;
    const timer = setTimeout(() => {
      checkQuery(sql, learned).then(
        (check) => !left && setChecked({ sql, check }),
        () => !left && setChecked(undefined),
      );
    }, DEBOUNCE_MS);
    return () => {
      left = true;
      clearTimeout(timer);
    };
  }, [sql, empty, learned]);
  return checked;
}
