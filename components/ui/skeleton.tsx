import { cn } from "./cn.ts";

/** The place of something that is coming; give it the size of what it stands for. */
export function Skeleton({ className }: { className?: string }) {
  return (
    <span aria-hidden className={cn("block h-4 animate-pulse rounded-sm bg-line/70", className)} />
  );
}

const LINE_WIDTHS = ["w-11/12", "w-4/5", "w-full", "w-2/3"];

export function SkeletonText({ lines = 3 }: { lines?: number }) {
  return (
    <span className="flex flex-col gap-2">
      {Array.from({ length: lines }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are all the same and never move.
        <Skeleton key={index} className={LINE_WIDTHS[index % LINE_WIDTHS.length]} />
      ))}
    </span>
  );
}
