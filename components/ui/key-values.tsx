import { Children, type ReactNode } from "react";
import { cn } from "./cn.ts";

interface KeyValuesProps {
  className?: string;
  /** `KeyValue` elements; null ones are left out. */
  children: ReactNode;
}

/** Facts about one thing, in columns that follow the container's width. */
export function KeyValues({ className, children }: KeyValuesProps) {
  if (Children.count(children) === 0) return null;
  return (
    <dl
      className={cn(
        "grid grid-cols-[repeat(auto-fill,minmax(min(100%,11rem),1fr))] gap-x-6 gap-y-3.5 text-sm",
        className,
      )}
    >
      {children}
    </dl>
  );
}

interface KeyValueProps {
  label: string;
  /** Empty (null, undefined, "") shows a dash, so that a gap is seen to be one. */
  children: ReactNode;
  mono?: boolean;
  className?: string;
}

export function KeyValue({ label, children, mono, className }: KeyValueProps) {
  const empty = children === null || children === undefined || children === "";
  return (
    <div className={cn("min-w-0", className)}>
      <dt className="text-faint text-xs">{label}</dt>
      <dd className={cn("mt-0.5 break-words text-ink", mono && "font-mono text-xs leading-5")}>
        {empty ? <span className="text-faint">–</span> : children}
      </dd>
    </div>
  );
}
