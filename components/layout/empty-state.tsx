import type { ReactNode } from "react";
import { cn } from "#components/ui/cn.ts";

interface EmptyStateProps {
  icon: ReactNode;
  title: string;
  /** Why it is empty and what to do next. */
  description: ReactNode;
  actions?: ReactNode;
  className?: string;
}

export function EmptyState({ icon, title, description, actions, className }: EmptyStateProps) {
  return (
    <div className={cn("flex flex-col items-center px-6 py-14 text-center", className)}>
      <span
        aria-hidden
        className="mb-4 grid size-11 place-items-center rounded-lg border border-line bg-sunken text-muted shadow-xs [&_svg]:size-5"
      >
        {icon}
      </span>
      <p className="font-semibold text-base">{title}</p>
      <div className="mt-1 max-w-md text-pretty text-muted text-sm">{description}</div>
      {actions && <div className="mt-5 flex flex-wrap justify-center gap-2">{actions}</div>}
    </div>
  );
}
