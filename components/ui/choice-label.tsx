import type { ReactNode } from "react";
import { cn } from "./cn.ts";

interface ChoiceLabelProps {
  /** A `Checkbox`, `Switch` or `RadioItem`; a click on the text reaches it. */
  control: ReactNode;
  label: ReactNode;
  hint?: ReactNode;
  /** Puts the control at the right end, as settings lists do. */
  trailing?: boolean;
  className?: string;
}

/** A control with its text beside it, all of it clickable. */
export function ChoiceLabel({ control, label, hint, trailing, className }: ChoiceLabelProps) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control arrives as a prop.
    <label
      className={cn(
        "flex cursor-pointer items-start gap-2.5 text-sm has-disabled:cursor-not-allowed",
        trailing && "flex-row-reverse justify-between gap-6",
        className,
      )}
    >
      <span className="flex h-5 items-center">{control}</span>
      <span className="min-w-0">
        <span className="font-medium text-ink">{label}</span>
        {hint && <span className="block text-pretty text-muted text-xs">{hint}</span>}
      </span>
    </label>
  );
}
