"use client";

import type { ReactNode } from "react";
import { Button } from "#components/ui/button.tsx";
import { SaveKey } from "./save-key.tsx";

interface PolicyFormBarProps {
  isDirty: boolean;
  isSubmitting: boolean;
  saveLabel: string;
  onDiscard: () => void;
  /** Beside the buttons, such as what saving will do. */
  children?: ReactNode;
}

/** Save and discard, always in sight. */
export function PolicyFormBar(props: PolicyFormBarProps) {
  const { isDirty, isSubmitting, saveLabel, onDiscard, children } = props;
  return (
    <div className="sticky bottom-0 z-10 -mx-4 flex flex-wrap items-center justify-end gap-3 border-line border-t bg-canvas/95 px-4 py-3 backdrop-blur sm:-mx-6 sm:px-6 lg:-mx-8 lg:px-8">
      <span role="status" className="mr-auto text-muted text-sm">
        {isDirty ? "Unsaved changes" : ""}
      </span>
      {children}
      {isDirty && (
        <Button variant="ghost" onClick={onDiscard}>
          Discard
        </Button>
      )}
      <Button
        type="submit"
        variant="primary"
        loading={isSubmitting}
        disabled={!isDirty && !isSubmitting}
      >
        {saveLabel}
      </Button>
      <SaveKey unsaved={isDirty} submitting={isSubmitting} />
    </div>
  );
}
