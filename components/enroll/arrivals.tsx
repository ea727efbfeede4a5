"use client";

import { useQuery } from "@tanstack/react-query";
import { Radio } from "lucide-react";
import Link from "next/link";
import { Card } from "#components/ui/card.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { hostListOptions } from "#lib/hosts/client.ts";

const NEWEST = { page: 0, per_page: 5, order_key: "created_at", order_direction: "desc" } as const;
/** Somebody at a terminal is waiting for the machine to appear. */
const WATCH_MS = 3_000;

/** The hosts that joined last: whoever pasted the commands sees here that they worked. */
export function Arrivals({ owner }: { owner: number | null }) {
  const list = useQuery({
    ...hostListOptions({ team_id: owner ?? 0 }, NEWEST),
    refetchInterval: WATCH_MS,
  });
  const hosts = list.data?.hosts ?? [];
  return (
    <Card title="Joined last" flush>
      <div aria-live="polite">
        {hosts.length === 0 ? (
          <p className="flex items-center gap-2.5 px-4 py-4 text-muted text-sm">
            <Radio aria-hidden className="size-4 animate-pulse text-accent-text" />
            Waiting for the first host. It appears here as soon as it has enrolled.
          </p>
        ) : (
          <ul>
            {hosts.map((host) => (
              <li
                key={host.id}
                className="flex flex-wrap items-baseline justify-between gap-x-4 border-line border-b px-4 py-2.5 text-sm last:border-b-0"
              >
                <Link href={`/hosts/${host.id}`} className="font-medium hover:underline">
                  {host.display_name}
                </Link>
                <span className="text-muted text-xs">
                  {host.os_version && `${host.os_version} · `}
                  <RelativeTime value={host.created_at} />
                </span>
              </li>
            ))}
          </ul>
        )}
      </div>
    </Card>
  );
}
