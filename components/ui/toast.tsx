"use client";

import { useTheme } from "next-themes";
import { type ExternalToast, Toaster as Sonner, toast as sonner } from "sonner";
import { errorMessage } from "#lib/http/api-error.ts";

export function Toaster() {
  const { resolvedTheme } = useTheme();
  return (
    <Sonner
      theme={resolvedTheme === "dark" ? "dark" : "light"}
      position="bottom-right"
      closeButton
      toastOptions={{ style: STYLE }}
    />
  );
}

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
  /** Takes what was thrown; shows `title`, if given, with the reason below it. */
  error: (error: unknown, title?: string) =>
    title
      ? sonner.error(title, { description: errorMessage(error) })
      : sonner.error(errorMessage(error)),
};
