import { Banner } from "#components/ui/banner.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import type { PolicyJson } from "#lib/policies/schema.ts";

/** What a pause means, for as long as it lasts. */
export function PausedBanner({ policy }: { policy: Pick<PolicyJson, "paused_at"> }) {
  if (!policy.paused_at) return null;
  return (
    <Banner tone="warning" title="Paused: no host is asked">
      Since <RelativeTime value={policy.paused_at} />. Answers stay as they were and stop nobody
      until it is resumed.
    </Banner>
  );
}
