"use client";

import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { IconButton } from "./icon-button.tsx";
import { toast } from "./toast.tsx";

const DONE_MS = 1_600;

interface CopyButtonProps {
  text: string;
  /** "Copy serial number" */
  label: string;
  className?: string;
}

export function CopyButton({ text, label, className }: CopyButtonProps) {
  const [done, setDone] = useState(false);

  useEffect(() => {
    if (!done) return;
    const timer = setTimeout(() => setDone(false), DONE_MS);
    return () => clearTimeout(timer);
  }, [done]);

  async function copy() {
    // Browsers offer the clipboard on https and localhost only.
    const copied = await navigator.clipboard?.writeText(text).then(
      () => true,
      () => false,
    );
    if (copied) setDone(true);
    else toast.info("Your browser does not allow copying here. Select the text instead.");
  }

  return (
    <IconButton label={done ? "Copied" : label} size="sm" onClick={copy} className={className}>
      {done ? (
        <Check aria-hidden className="size-3.5 text-pass" />
      ) : (
        <Copy aria-hidden className="size-3.5" />
      )}
    </IconButton>
  );
}
