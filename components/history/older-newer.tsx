import { Button } from "#components/ui/button.tsx";

interface OlderNewerProps {
  page: number;
  meta: { has_next_results: boolean };
  onPageChange: (page: number) => void;
}

/** Turns the pages of a list whose newest entries come first; nothing where there is one page. */
export function OlderNewer({ page, meta, onPageChange }: OlderNewerProps) {
  if (!meta.has_next_results && page === 0) return null;
  return (
    <div className="mt-2 flex gap-2">
      <Button disabled={page === 0} onClick={() => onPageChange(page - 1)}>
        Newer
      </Button>
      <Button disabled={!meta.has_next_results} onClick={() => onPageChange(page + 1)}>
        Older
      </Button>
    </div>
  );
}
