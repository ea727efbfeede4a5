import { X } from "lucide-react";
import { badgeClass } from "#components/ui/badge.tsx";

export interface Chosen {
  id: number;
  name: string;
}

interface ChosenListProps {
  /** What they are ("Hosts"). */
  label: string;
  chosen: readonly Chosen[];
  onRemove: (id: number) => void;
}

/** What was chosen one by one, each with a button that takes it out again. */
export function ChosenList({ label, chosen, onRemove }: ChosenListProps) {
  if (chosen.length === 0) return null;
  return (
    <ul aria-label={label} className="flex flex-wrap gap-1.5">
      {chosen.map(({ id, name }) => (
        <li key={id} className={badgeClass("neutral")}>
          <span title={name} className="max-w-56 truncate">
            {name}
          </span>
          <button
            type="button"
            aria-label={`Remove ${name}`}
            onClick={() => onRemove(id)}
            className="-mr-1 grid size-4 place-items-center rounded-xs hover:text-ink pointer-coarse:size-8"
          >
            <X aria-hidden />
          </button>
        </li>
      ))}
    </ul>
  );
}
