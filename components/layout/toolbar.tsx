import type { ReactNode } from "react";
import { cn } from "#components/ui/cn.ts";

interface ToolbarProps {
  children: ReactNode;
  /** Right end: columns menu, export. */
  end?: ReactNode;
  className?: string;
}

/** Search and filters above a list; wraps on narrow screens. */
export function Toolbar({ children, end, className }: ToolbarProps) {
  return (
    <div className={cn("flex flex-wrap items-start justify-between gap-2", className)}>
      <div className="flex min-w-0 flex-1 basis-full flex-wrap items-center gap-2 sm:basis-0">
        {children}
      </div>
      {end && <div className="flex items-center gap-2">{end}</div>}
    </div>
  );
}
