"use client";

import { useQuery } from "@tanstack/react-query";
import { RotateCw, Send } from "lucide-react";
import { EmptyState } from "#components/layout/empty-state.tsx";
import { ErrorState } from "#components/layout/error-state.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { SkeletonText } from "#components/ui/skeleton.tsx";
import { toast } from "#components/ui/toast.tsx";
import { formatDateTime, plural } from "#lib/format.ts";
import { errorMessage } from "#lib/http/api-error.ts";
import { deliveriesOptions, useSendAgain, type WebhookOwner } from "#lib/webhooks/client.ts";
import type { DeliveryJson } from "#lib/webhooks/schema.ts";
import { deliveryWords, STATUS_WORDS } from "./delivery-words.ts";

/** What a webhook sent lately or is about to, and what became of it. */
export function DeliveryList({ owner, mayEdit }: { owner: WebhookOwner; mayEdit: boolean }) {
  const { data, error, refetch, isFetching } = useQuery(deliveriesOptions(owner));
  if (error && !data) {
    return (
      <ErrorState
        title="The deliveries could not be loaded"
        error={error}
        onRetry={() => refetch()}
        retrying={isFetching}
      />
    );
  }
  if (!data) {
    return (
      <div role="status">
        <span className="sr-only">Loading…</span>
        <SkeletonText lines={4} />
      </div>
    );
  }
  if (data.deliveries.length === 0) {
    return (
      <EmptyState
        icon={<Send />}
        title="Nothing has been sent"
        description="Deliveries of the last 30 days appear here, with what the receiver answered."
      />
    );
  }
  return (
    <ul aria-label="Recent deliveries" className="divide-y divide-line">
      {data.deliveries.map((delivery) => (
        <Delivery key={delivery.id} delivery={delivery} mayEdit={mayEdit} />
      ))}
    </ul>
  );
}

function Delivery({ delivery, mayEdit }: { delivery: DeliveryJson; mayEdit: boolean }) {
  const again = useSendAgain();
  const status = STATUS_WORDS[delivery.status];
  const words = deliveryWords(delivery);

  async function sendAgain() {
    const problem = await again.mutateAsync(delivery.id).then(() => null, errorMessage);
    if (problem) toast.error(problem);
    else toast.success("It will be sent again within seconds.");
  }

  return (
    <li className="flex flex-wrap items-start gap-x-3 gap-y-1 py-3 text-sm">
      <div className="min-w-0 flex-1 basis-60">
        <p className="flex flex-wrap items-center gap-2">
          <Badge tone={status.tone}>{status.label}</Badge>
          <span className="min-w-0 break-words font-medium">{words}</span>
        </p>
        <p className="mt-1 text-muted text-xs">
          <RelativeTime value={delivery.created_at} /> · {plural(delivery.attempts, "attempt")}
          {delivery.response_status !== null && ` · answered ${delivery.response_status}`}
          {delivery.next_attempt_at && delivery.attempts > 0 && (
            <> · next at {formatDateTime(new Date(delivery.next_attempt_at))}</>
          )}
        </p>
        {delivery.error && <p className="mt-1 break-words text-muted text-xs">{delivery.error}</p>}
      </div>
      {mayEdit && delivery.status !== "waiting" && (
        <Button
          size="sm"
          loading={again.isPending}
          onClick={sendAgain}
          aria-label={`Send again: ${words}`}
        >
          <RotateCw aria-hidden />
          Send again
        </Button>
      )}
    </li>
  );
}
