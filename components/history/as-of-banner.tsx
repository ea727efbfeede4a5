"use client";

import { Banner } from "#components/ui/banner.tsx";
import { Button } from "#components/ui/button.tsx";
import { formatDateTime, formatRelative } from "#lib/format.ts";
import { AsOfControl } from "./as-of-control.tsx";
import { useAsOf } from "./use-as-of.ts";

/** Nobody may take the past for the present, so it is said at the top of every such page. */
export function AsOfBanner({ what, asOf }: { what: string; asOf: string }) {
  const [, look] = useAsOf();
  return (
    <Banner
      tone="warning"
      title={`You are looking at ${what} as of ${formatDateTime(asOf)}`}
      actions={
        <>
          <AsOfControl />
          <Button variant="primary" onClick={() => look(null)}>
            Back to now
          </Button>
        </>
      }
    >
      That was {formatRelative(asOf)}. Nothing can be changed here.
    </Banner>
  );
}
