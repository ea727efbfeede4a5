import { cn } from "./cn.ts";

const TONES = {
  online: "bg-pass-fill",
  offline: "bg-transparent ring-2 ring-na-fill ring-inset",
  warning: "bg-error-fill",
  busy: "bg-pending-fill animate-pulse",
} as const;

/** A dot with its word. Offline is a hollow ring, so that the two differ without colour. */
export function StatusDot({ tone, label }: { tone: keyof typeof TONES; label: string }) {
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
      <span aria-hidden className={cn("size-2 shrink-0 rounded-full", TONES[tone])} />
      {label}
    </span>
  );
}
