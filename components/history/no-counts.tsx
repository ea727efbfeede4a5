import { Skeleton } from "#components/ui/skeleton.tsx";

/** In place of a count of the past, each of which takes a moment. */
export function NoCounts({ isError }: { isError: boolean }) {
  if (isError) return <span className="text-faint">could not be counted</span>;
  return (
    <>
      <Skeleton className="ml-auto w-10" />
      <span className="sr-only">Counting…</span>
    </>
  );
}
