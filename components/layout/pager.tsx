import { ChevronLeft, ChevronRight } from "lucide-react";
import { Button } from "#components/ui/button.tsx";

interface PagerProps {
  /** What is paged through ("activity"). */
  label: string;
  page: number;
  hasNext: boolean;
  onPageChange: (page: number) => void;
  previous?: string;
  next?: string;
}

/** For lists without a total. Nothing is shown for a list of one page. */
export function Pager({ label, page, hasNext, onPageChange, previous, next }: PagerProps) {
  if (!hasNext && page === 0) return null;
  return (
    <nav aria-label={`Pages of ${label}`} className="flex items-center justify-between gap-3">
      <Button disabled={page === 0} onClick={() => onPageChange(page - 1)}>
        <ChevronLeft aria-hidden />
        {previous ?? "Previous"}
      </Button>
      <span className="text-muted text-xs tabular-nums">Page {page + 1}</span>
      <Button disabled={!hasNext} onClick={() => onPageChange(page + 1)}>
        {next ?? "Next"}
        <ChevronRight aria-hidden />
      </Button>
    </nav>
  );
}
