import { Skeleton } from "#components/ui/skeleton.tsx";

export function ActivityPlaceholder({ rows }: { rows: number }) {
  const keys = Array.from({ length: rows }, (_, index) => `placeholder-${index}`);
  return (
    <div role="status">
      <span className="sr-only">Loading…</span>
      {keys.map((key, index) => (
        <div
          key={key}
          className="flex items-center gap-3 border-line border-b px-4 py-3.5 last:border-b-0"
          style={{ opacity: 1 - index / (rows + 1) }}
        >
          <Skeleton className="size-7 rounded-full" />
          <Skeleton className="h-4 w-2/3" />
        </div>
      ))}
    </div>
  );
}
