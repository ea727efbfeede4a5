"use client";

import { useLayoutEffect, useRef } from "react";

/** What had the focus: for an item of a menu, which is gone by then, the menu's button. */
function currentOpener(): HTMLElement | null {
  const active = document.activeElement;
  const triggerId = active?.closest("[role=menu]")?.getAttribute("aria-labelledby");
  const opener = (triggerId && document.getElementById(triggerId)) || active;
  return opener instanceof HTMLElement ? opener : null;
}

/**
 * For dialogs that are opened by state. Radix gives the focus back to a dialog's own trigger only,
 * and without one leaves it nowhere, which sends keyboards back to the top of the page.
 */
export function useReturnFocus(open: boolean): (event: Event) => void {
  const opener = useRef<HTMLElement | null>(null);
  useLayoutEffect(() => {
    if (open) opener.current = currentOpener();
  }, [open]);
  return (event) => {
    event.preventDefault();
    // The row or the bar that it stood in may be gone by now.
    const isThere = opener.current?.isConnected;
    (isThere ? opener.current : document.getElementById("content"))?.focus();
  };
}
