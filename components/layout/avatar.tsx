import { cn } from "#components/ui/cn.ts";

/** Initials: no picture is ever asked of another server. */
export function Avatar({ name, className }: { name: string; className?: string }) {
  const words = name.split(/[\s@._-]+/).filter(Boolean);
  const initials = [words[0], words.length > 1 ? words.at(-1) : undefined]
    .map((word) => word?.[0]?.toUpperCase() ?? "")
    .join("");
  return (
    <span
      aria-hidden
      className={cn(
        "grid size-8 shrink-0 place-items-center rounded-full border border-accent-line",
        "bg-accent-soft font-semibold text-2xs text-accent-text",
        className,
      )}
    >
      {initials || "?"}
    </span>
  );
}
