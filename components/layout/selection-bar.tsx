import { X } from "lucide-react";
import type { ReactNode } from "react";
import { IconButton } from "#components/ui/icon-button.tsx";

interface SelectionBarProps {
  count: number;
  /** "hosts" */
  noun: string;
  onClear: () => void;
  /** What can be done with all of them. */
  children: ReactNode;
}

/** Floats above the page's end while rows are chosen. */
export function SelectionBar({ count, noun, onClear, children }: SelectionBarProps) {
  if (count === 0) return null;
  return (
    <div className="pointer-events-none sticky bottom-4 z-20 flex justify-center">
      <div className="pointer-events-auto flex animate-rise-in flex-wrap items-center gap-2 rounded-lg border border-line bg-raised py-2 pr-2 pl-4 text-sm shadow-lg">
        <span role="status" className="mr-1 tabular-nums">
          <strong className="font-semibold">{count}</strong> {noun} selected
        </span>
        {children}
        <IconButton label="Clear selection" onClick={onClear}>
          <X aria-hidden />
        </IconButton>
      </div>
    </div>
  );
}
