"use client";

import { ChevronRight } from "lucide-react";
import Link from "next/link";
import { useId, useState } from "react";
import { platformName } from "#components/hosts/platform-name.ts";
import { cn } from "#components/ui/cn.ts";
import { Td, Tr } from "#components/ui/table.tsx";
import { formatBytes, formatNumber } from "#lib/format.ts";
import type { RunHostJson } from "#lib/runs/schema.ts";
import { OutcomeBadge } from "./outcome-badge.tsx";
import { RunHostAnswer } from "./run-host-answer.tsx";

const COLUMNS = 6;

export function RunHostRow({ runId, host }: { runId: number; host: RunHostJson }) {
  const [open, setOpen] = useState(false);
  const detailId = useId();
  return (
    <>
      <Tr>
        <Td>
          <span className="flex items-center gap-1.5">
            <button
              type="button"
              aria-expanded={open}
              aria-controls={open ? detailId : undefined}
              aria-label={`What ${host.display_name} found`}
              onClick={() => setOpen(!open)}
              className="grid size-6 shrink-0 place-items-center rounded-sm text-muted hover:bg-hover hover:text-ink pointer-coarse:size-10"
            >
              <ChevronRight
                aria-hidden
                className={cn("size-4 transition-transform", open && "rotate-90")}
              />
            </button>
            <Link
              href={`/hosts/${host.host_id}`}
              title={host.display_name}
              className="max-w-60 truncate font-medium hover:underline"
            >
              {host.display_name}
            </Link>
          </span>
        </Td>
        <Td className="text-muted">{platformName(host.platform_family)}</Td>
        <Td>
          <OutcomeBadge outcome={host.outcome} denylisted={host.denylisted} />
        </Td>
        <Td className="text-right tabular-nums">{formatNumber(host.row_count)}</Td>
        <Td className="text-right tabular-nums">
          {host.wall_time_ms === null ? "–" : `${formatNumber(host.wall_time_ms)} ms`}
        </Td>
        <Td className="text-right tabular-nums">
          {host.memory_bytes === null ? "–" : formatBytes(host.memory_bytes)}
        </Td>
      </Tr>
      {open && (
        <tr id={detailId}>
          <td colSpan={COLUMNS} className="border-line border-b bg-sunken/40 px-4 py-3">
            <RunHostAnswer runId={runId} host={host} />
          </td>
        </tr>
      )}
    </>
  );
}
