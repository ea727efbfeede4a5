"use client";

import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Banner } from "#components/ui/banner.tsx";
import { Spinner } from "#components/ui/spinner.tsx";
import { errorMessage } from "#lib/http/api-error.ts";
import { bulkImpactOptions } from "#lib/impact/client.ts";
import type { NewBulk } from "#lib/policies/action-schema.ts";
import { bulkWords } from "./bulk-words.ts";
import { ImpactFacts } from "./impact-facts.tsx";

interface BulkImpact {
  facts: ReactNode;
  /** False while it is being counted. Who cannot be told goes on without: a pause may be urgent. */
  ready: boolean;
  /** Whether a person should type a name first. */
  confirm: boolean;
}

/** What an action on policies would do, for its dialog; undefined: it is not open, or not chosen yet. */
export function useBulkImpact(body: NewBulk | undefined): BulkImpact {
  const { data, error } = useQuery(bulkImpactOptions(body));
  if (!body) return { facts: null, ready: true, confirm: false };
  if (error) {
    const facts = (
      <Banner tone="warning" title="What this changes could not be counted">
        {errorMessage(error)}
      </Banner>
    );
    return { facts, ready: true, confirm: false };
  }
  if (!data) {
    const facts = (
      <p role="status" className="flex items-center gap-2 text-muted text-sm">
        <Spinner /> Counting hosts…
      </p>
    );
    return { facts, ready: false, confirm: false };
  }
  const facts = <ImpactFacts words={bulkWords(data, body.action)} impact={data} />;
  return { facts, ready: true, confirm: data.confirm };
}
