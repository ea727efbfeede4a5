"use client";

import { useTheme } from "next-themes";
import type { CSSProperties } from "react";
import { type ExternalToast, Toaster as Sonner, toast as sonner } from "sonner";
import { errorMessage } from "#lib/http/api-error.ts";

export function Toaster() {
  const { resolvedTheme } = useTheme();
  return (
    <Sonner
      theme={resolvedTheme === "dark" ? "dark" : "light"}
      position="bottom-right"
      closeButton
      style={CORNER}
      toastOptions={{ style: STYLE }}
    />
  );
}

/** The close button sits on the right corner; Sonner's own place covers the text's start. */
const CORNER = {
  "--toast-close-button-start": "unset",
  "--toast-close-button-end": "0",
  "--toast-close-button-transform": "translate(35%, -35%)",
} as CSSProperties;

const STYLE = {
  background: "var(--raised)",
  color: "var(--ink)",
  border: "1px solid var(--line)",
  borderRadius: "var(--radius-lg)",
  boxShadow: "var(--shadow-lg)",
  fontFamily: "var(--font-sans)",
  fontSize: "var(--text-sm)",
};

/** What just happened. A mutation ends in one of these; a page that failed to load does not. */
export const toast = {
  success: (message: string, options?: ExternalToast) => sonner.success(message, options),
  info: (message: string, options?: ExternalToast) => sonner(message, options),
  /** Takes words, or what was thrown; shows `title`, if given, with the reason below it. */
  error: (error: unknown, title?: string) => {
    const reason = typeof error === "string" ? error : errorMessage(error);
    return title ? sonner.error(title, { description: reason }) : sonner.error(reason);
  },
};
