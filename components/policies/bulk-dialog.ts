import { plural } from "#lib/format.ts";
import type { PolicyChoice } from "#lib/policies/client.ts";

/** What every dialog about chosen policies is given. */
export interface BulkDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  choice: PolicyChoice;
  count: number;
  /** "3 policies" */
  what: string;
  onDone: () => void;
}

/** "2 of 3 policies tagged; the others were already". */
export function outcome(
  done: string,
  { matched, changed }: { matched: number; changed: number[] },
): string {
  const all = plural(matched, "policy", "policies");
  if (changed.length === matched) return `${all} ${done}`;
  return `${changed.length} of ${all} ${done}; the others were so already`;
}
