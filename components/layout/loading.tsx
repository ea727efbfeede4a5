import { Spinner } from "#components/ui/spinner.tsx";

/** For a whole page or panel; lists and cards show skeletons of their own shape instead. */
export function Loading({ label = "Loading…" }: { label?: string }) {
  return (
    <div
      role="status"
      className="flex items-center justify-center gap-2.5 py-20 text-muted text-sm"
    >
      <Spinner />
      {label}
    </div>
  );
}
