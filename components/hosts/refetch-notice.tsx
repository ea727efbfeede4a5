"use client";

import { useEffect, useRef } from "react";
import { Banner } from "#components/ui/banner.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { toast } from "#components/ui/toast.tsx";
import type { HostDetailJson } from "#lib/hosts/json.ts";

/** While a refetch is on its way: what is happening, or what it waits for. Then that it is done. */
export function RefetchNotice({ host }: { host: HostDetailJson }) {
  const { refetch_requested: pending, display_name: name } = host;
  const before = useRef(pending);
  useEffect(() => {
    if (before.current && !pending) toast.success(`${name} has answered: all is fresh`);
    before.current = pending;
  }, [pending, name]);

  if (!pending) return null;
  if (host.status === "offline") {
    return (
      <Banner tone="warning" title="The refetch waits: this host is offline">
        Last seen <RelativeTime value={host.seen_time} />. It brings fresh details and answers when
        it checks in again. Nothing needs to be pressed again.
      </Banner>
    );
  }
  const interval = host.distributed_interval;
  return (
    <Banner title="Refetching">
      Fresh details and answers to every policy arrive with the host’s next check-in
      {interval > 0 && `, within ${interval} seconds`}. This page follows by itself.
    </Banner>
  );
}
