"use client";

import { useEffect, useRef } from "react";
import type { UseFormReturn } from "react-hook-form";
import type { PolicyFormOutput, PolicyFormValues } from "./policy-form-schema.ts";

/** Fills the form with a draft, each time that another comes. It counts as typed: it can be saved and discarded. */
export function useDraft(
  form: UseFormReturn<PolicyFormValues, unknown, PolicyFormOutput>,
  draft: PolicyFormValues | undefined,
  onDraft: () => void,
): void {
  const latest = useRef(onDraft);
  latest.current = onDraft;
  const { reset } = form;
  useEffect(() => {
    if (!draft) return;
    latest.current();
    // The form keeps what was typed when its policy comes anew; a draft is to take its place.
    reset(draft, { keepDefaultValues: true, keepDirtyValues: false });
  }, [draft, reset]);
}
