import { Banner } from "#components/ui/banner.tsx";
import { Button } from "#components/ui/button.tsx";
import type { LeftOut } from "./filters-then.ts";

interface LeftOutNoteProps {
  filters: readonly LeftOut[];
  onRemove: () => void;
}

/** Says which filters of the address the list does not go by, so that it does not pass for narrowed. */
export function LeftOutNote({ filters, onRemove }: LeftOutNoteProps) {
  if (filters.length === 0) return null;
  return (
    <Banner
      title={
        filters.length === 1 ? "This filter does not reach back" : "Some filters do not reach back"
      }
      actions={
        <Button onClick={onRemove}>{filters.length === 1 ? "Remove it" : "Remove them"}</Button>
      }
    >
      <ul>
        {filters.map(({ name, text }) => (
          <li key={name}>{text}</li>
        ))}
      </ul>
      The list is not narrowed by {filters.length === 1 ? "it" : "them"}; back to now, it is.
    </Banner>
  );
}
