"use client";

import { Banner } from "#components/ui/banner.tsx";
import { Button } from "#components/ui/button.tsx";
import { useHydrated } from "#components/ui/use-hydrated.ts";
import { formatDateTime, formatRelative } from "#lib/format.ts";
import { AsOfControl } from "./as-of-control.tsx";
import { useAsOf } from "./use-as-of.ts";

/** Nobody may take the past for the present, so it is said at the top of every such page. */
export function AsOfBanner({ what, asOf }: { what: string; asOf: string }) {
  const [, look] = useAsOf();
  const hydrated = useHydrated();
  return (
    <Banner
      tone="warning"
      title={`You are looking at ${what} as of ${hydrated ? formatDateTime(asOf) : "a past moment"}`}
      actions={
        <>
          <AsOfControl />
          <Button variant="primary" onClick={() => look(null)}>
            Back to now
          </Button>
        </>
      }
    >
      {hydrated && `That was ${formatRelative(asOf)}.`} Nothing can be changed here.
    </Banner>
  );
}
