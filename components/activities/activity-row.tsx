"use client";

import { ChevronDown } from "lucide-react";
import { useId, useState } from "react";
import { cn } from "#components/ui/cn.ts";
import { IconButton } from "#components/ui/icon-button.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import type { ActivityJson } from "#lib/activities/schema.ts";
import { ActorIcon } from "./actor-icon.tsx";
import { ChangeList } from "./change-list.tsx";
import { changesOf } from "./changes.ts";
import { Sentence } from "./sentence.tsx";

/** One entry; those that changed fields open to show them before and after. */
export function ActivityRow({ activity }: { activity: ActivityJson }) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const changes = changesOf(activity);
  return (
    <li className="border-line border-b px-4 py-3 last:border-b-0">
      <div className="flex items-start gap-3">
        <ActorIcon activity={activity} />
        <div className="flex min-w-0 flex-1 flex-wrap items-baseline gap-x-4 pt-1">
          <div className="min-w-0 flex-1 basis-64">
            <Sentence activity={activity} />
          </div>
          <RelativeTime value={activity.created_at} className="shrink-0 text-faint text-xs" />
        </div>
        {changes.length > 0 ? (
          <IconButton
            label={open ? "Hide changes" : "Show changes"}
            size="sm"
            aria-expanded={open}
            aria-controls={id}
            onClick={() => setOpen(!open)}
          >
            <ChevronDown aria-hidden className={cn("transition-transform", open && "rotate-180")} />
          </IconButton>
        ) : (
          <span className="w-7 shrink-0 pointer-coarse:w-10" />
        )}
      </div>
      {open && (
        <div id={id} className="mt-3 sm:pl-10">
          <ChangeList changes={changes} />
        </div>
      )}
    </li>
  );
}
