import Link from "next/link";
import type { ReactNode } from "react";
import { badgeClass } from "#components/ui/badge.tsx";
import { cn } from "#components/ui/cn.ts";

interface LabelLinksProps<T> {
  /** What the list is. */
  label: string;
  labels: readonly T[];
  tone: "accent" | "pending";
  /** What links keep to: "as_of=…" */
  search?: string;
  actionOf?: (label: T) => ReactNode;
}

/** Labels of a host; nothing where there are none. */
export function LabelLinks<T extends { id: number; name: string }>(props: LabelLinksProps<T>) {
  const { label, labels, tone, search, actionOf } = props;
  if (labels.length === 0) return null;
  return (
    <ul aria-label={label} className="flex flex-wrap gap-1.5">
      {labels.map((one) => (
        <li key={one.id} className="inline-flex max-w-full items-center gap-0.5">
          <Link
            href={search ? `/labels/${one.id}?${search}` : `/labels/${one.id}`}
            title={one.name}
            className={cn(badgeClass(tone), "min-w-0 shrink underline-offset-3 hover:underline")}
          >
            <span className="truncate">{one.name}</span>
          </Link>
          {actionOf?.(one)}
        </li>
      ))}
    </ul>
  );
}
