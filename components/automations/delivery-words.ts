import type { BadgeTone } from "#components/ui/badge.tsx";
import { plural } from "#lib/format.ts";
import type { DeliveryJson, DeliveryStatus } from "#lib/webhooks/schema.ts";

export const STATUS_WORDS: Record<DeliveryStatus, { label: string; tone: BadgeTone }> = {
  waiting: { label: "Waiting", tone: "pending" },
  sent: { label: "Delivered", tone: "pass" },
  failed: { label: "Given up", tone: "fail" },
  dropped: { label: "Not needed", tone: "neutral" },
};

/** "3 hosts began to fail Disk is encrypted" */
export function deliveryWords({ event, hosts, policy, activity_type }: DeliveryJson): string {
  if (event === "test") return "Test";
  if (event === "activity") return activity_type ?? "An activity that is gone";
  const verb = event === "failing" ? "began to fail" : "passed again:";
  return `${plural(hosts ?? 0, "host")} ${verb} ${policy?.name ?? "a policy"}`;
}
