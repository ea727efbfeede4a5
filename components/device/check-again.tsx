"use client";

import { RefreshCw, WifiOff } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { useNow } from "#components/ui/use-now.ts";
import { useCheckAgain } from "#lib/device/client.ts";
import type { DeviceHostJson } from "#lib/device/schema.ts";
import { plural } from "#lib/format.ts";
import { errorMessage } from "#lib/http/api-error.ts";
import { deviceNoun } from "./words.ts";

/** A machine that is online answers within its check-in interval; past this, something is slow. */
const SLOW_AFTER_MS = 60_000;

/** What changed between two results, in a sentence; null while nothing was asked here. */
function useOutcome(host: DeviceHostJson): string | null {
  const { refetch_requested: pending, failing_policies_count: failing } = host;
  const before = useRef({ pending, failing });
  const [outcome, setOutcome] = useState<string | null>(null);
  useEffect(() => {
    const was = before.current;
    if (!was.pending && pending) {
      before.current = { pending, failing };
      setOutcome(null);
    } else if (was.pending && !pending) {
      before.current = { pending, failing };
      setOutcome(outcomeOf(was.failing, failing));
    }
  }, [pending, failing]);
  return outcome;
}

function outcomeOf(before: number, now: number): string {
  if (now < before) return `Checked: ${plural(before - now, "thing")} fixed.`;
  if (now > before) return `Checked: ${plural(now - before, "new thing")} to fix.`;
  return now === 0 ? "Checked: all is still well." : "Checked: nothing has changed yet.";
}

export function CheckAgain({ token, host }: { token: string; host: DeviceHostJson }) {
  const check = useCheckAgain(token);
  const outcome = useOutcome(host);
  const busy = check.isPending || host.refetch_requested;
  const waits = busy && host.status === "offline";
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-3">
      <Button
        variant="primary"
        size="lg"
        className={busy ? "w-full opacity-75 sm:w-auto" : "w-full sm:w-auto"}
        aria-disabled={busy || undefined}
        onClick={() => busy || check.mutate()}
      >
        <RefreshCw aria-hidden className={busy && !waits ? "animate-spin" : undefined} />
        {buttonText(busy, waits)}
      </Button>
      <div role="status" className="min-w-0 flex-1 basis-56 text-muted text-sm">
        <Progress host={host} busy={busy} outcome={outcome} />
        {check.isError && <p className="text-fail">{errorMessage(check.error)}</p>}
      </div>
    </div>
  );
}

function buttonText(busy: boolean, waits: boolean): string {
  if (waits) return "Waiting…";
  return busy ? "Checking…" : "Check again";
}

interface ProgressProps {
  host: DeviceHostJson;
  busy: boolean;
  outcome: string | null;
}

function Progress({ host, busy, outcome }: ProgressProps) {
  const now = useNow();
  const noun = deviceNoun(host);
  if (busy && host.status === "offline") {
    return (
      <p className="flex gap-2">
        <WifiOff aria-hidden className="mt-0.5 size-4 shrink-0" />
        Waiting for your {noun} to check in. Make sure that it is on and has a network. This page
        follows by itself.
      </p>
    );
  }
  const askedAt = host.refetch_requested_at ? Date.parse(host.refetch_requested_at) : now;
  if (busy) {
    return now - askedAt > SLOW_AFTER_MS
      ? `This takes longer than usual. Keep your ${noun} on; the result shows up here.`
      : `Your ${noun} runs every check at its next contact, within seconds.`;
  }
  return (
    <>
      {outcome && <span className="font-medium text-ink">{outcome} </span>}
      Last checked <RelativeTime value={host.policy_updated_at} />.
    </>
  );
}
