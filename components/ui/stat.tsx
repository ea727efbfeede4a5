import Link from "next/link";
import type { ReactNode } from "react";
import { cn } from "./cn.ts";

interface StatProps {
  label: string;
  value: ReactNode;
  /** A comparison, a share or an explanation below the number. */
  detail?: ReactNode;
  icon?: ReactNode;
  /** Where the things counted are listed; a number that people can follow is worth more. */
  href?: string;
  /** A sparkline or bar at the foot. */
  children?: ReactNode;
  className?: string;
}

const FRAME = "flex min-w-0 flex-col rounded-lg border border-line bg-surface p-4 shadow-xs";

/** One number that matters. Lay several out in a `grid` with `gap-3`. */
export function Stat({ label, value, detail, icon, href, children, className }: StatProps) {
  const content = (
    <>
      <span className="flex items-center gap-2 text-muted text-sm [&_svg]:size-4 [&_svg]:text-faint">
        {icon}
        {label}
      </span>
      <span className="mt-1.5 font-semibold text-2xl text-ink tabular-nums tracking-tight">
        {value}
      </span>
      {detail && <span className="mt-0.5 text-muted text-xs">{detail}</span>}
      {children && <span className="mt-3 block">{children}</span>}
    </>
  );
  if (!href) return <div className={cn(FRAME, className)}>{content}</div>;
  return (
    <Link
      href={href}
      className={cn(FRAME, "transition-colors hover:border-line-strong hover:bg-hover", className)}
    >
      {content}
    </Link>
  );
}
