import { cn } from "#components/ui/cn.ts";

/** An M whose middle is a tick: those who are mustered, and the answer. */
export function LogoMark({ className }: { className?: string }) {
  return (
    <svg aria-hidden="true" viewBox="0 0 32 32" className={cn("size-7 shrink-0", className)}>
      <rect width="32" height="32" rx="8" className="fill-accent" />
      <path
        d="M8.5 23.5v-9l5.5 6.5L23.5 9v14.5"
        className="fill-none stroke-accent-ink"
        strokeWidth="3"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}

export function Logo({ className }: { className?: string }) {
  return (
    <span className={cn("inline-flex items-center gap-2.5", className)}>
      <LogoMark />
      <span className="font-semibold text-lg tracking-tight">Muster</span>
    </span>
  );
}
