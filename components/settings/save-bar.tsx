import { Button } from "#components/ui/button.tsx";

interface SaveBarProps {
  editable: boolean;
  isDirty: boolean;
  isSubmitting: boolean;
  onUndo: () => void;
}

/** The end of a settings form; without the right to save, nothing. */
export function SaveBar({ editable, isDirty, isSubmitting, onUndo }: SaveBarProps) {
  if (!editable) return null;
  return (
    <div className="flex items-center gap-2 pt-1">
      <Button type="submit" variant="primary" disabled={!isDirty} loading={isSubmitting}>
        Save
      </Button>
      {isDirty && !isSubmitting && <Button onClick={onUndo}>Undo changes</Button>}
    </div>
  );
}
