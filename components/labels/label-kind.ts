import type { MembershipType } from "#lib/labels/schema.ts";

/** How a label gets its hosts, in words. */
export const LABEL_KINDS: Record<MembershipType, { label: string; hint: string }> = {
  dynamic: {
    label: "By SQL",
    hint: "Hosts answer a query themselves. Rows mean that the host is a member.",
  },
  manual: { label: "By hand", hint: "The hosts that you list." },
  host_vitals: {
    label: "By vitals",
    hint: "The server tells from what it knows of a host. Nothing is asked.",
  },
};
