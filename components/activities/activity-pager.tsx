import { ChevronLeft, ChevronRight } from "lucide-react";
import { Button } from "#components/ui/button.tsx";
import type { ActivitiesJson } from "#lib/activities/schema.ts";

interface ActivityPagerProps {
  page: number;
  meta: ActivitiesJson["meta"];
  onPageChange: (page: number) => void;
}

/** Newer and older: a log has no last page worth counting. */
export function ActivityPager({ page, meta, onPageChange }: ActivityPagerProps) {
  if (!meta.has_next_results && page === 0) return null;
  return (
    <nav aria-label="Pages of activity" className="flex items-center justify-between gap-3">
      <Button disabled={page === 0} onClick={() => onPageChange(page - 1)}>
        <ChevronLeft aria-hidden />
        Newer
      </Button>
      <span className="text-muted text-xs tabular-nums">Page {page + 1}</span>
      <Button disabled={!meta.has_next_results} onClick={() => onPageChange(page + 1)}>
        Older
        <ChevronRight aria-hidden />
      </Button>
    </nav>
  );
}
