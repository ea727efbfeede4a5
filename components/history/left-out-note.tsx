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
  const isOne = filters.length === 1;
  return (
    <Banner
      title={isOne ? "This filter does not reach back" : "Some filters do not reach back"}
      actions={<Button onClick={onRemove}>{isOne ? "Remove it" : "Remove them"}</Button>}
    >
      <ul>
        {filters.map(({ name, text }) => (
          <li key={name}>{text}</li>
        ))}
      </ul>
      {isOne
        ? "The list is wider for it. Back at now, it counts again."
        : "The list is wider for them. Back at now, they count again."}
    </Banner>
  );
}
