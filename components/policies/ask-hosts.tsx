"use client";

import { RefreshCw } from "lucide-react";
import { Button } from "#components/ui/button.tsx";
import { toast } from "#components/ui/toast.tsx";
import { plural } from "#lib/format.ts";
import { errorMessage } from "#lib/http/api-error.ts";
import { useRunPolicy } from "#lib/policies/client.ts";

interface AskHostsProps {
  policyId: number;
  hostIds: readonly number[];
  label: string;
  size?: "sm";
  onDone?: () => void;
}

function outcome(asked: number, wanted: number): string {
  if (asked === 0) return "The policy asks none of these hosts.";
  const left = wanted - asked;
  const rest = left > 0 ? ` The policy does not ask the other ${left}.` : "";
  return `${plural(asked, "host")} will answer at the next check-in.${rest}`;
}

/** Has some hosts of a policy answer it now. */
export function AskHosts({ policyId, hostIds, label, size, onDone }: AskHostsProps) {
  const run = useRunPolicy();
  const start = () =>
    run.mutate(
      { id: policyId, hostIds },
      {
        onSuccess: ({ host_ids: asked }) => {
          toast.success(outcome(asked?.length ?? 0, hostIds.length));
          onDone?.();
        },
        onError: (error) => toast.error(errorMessage(error)),
      },
    );
  return (
    <Button size={size} loading={run.isPending} onClick={start}>
      <RefreshCw aria-hidden />
      {label}
    </Button>
  );
}
