"use client";

import { useEffect, useRef } from "react";

/** Within a form: Ctrl+S (Cmd+S) saves it, and the browser asks before unsaved changes are left. */
export function SaveKey({ unsaved }: { unsaved: boolean }) {
  const anchor = useRef<HTMLSpanElement>(null);

  useEffect(() => {
    function save(event: KeyboardEvent) {
      if (event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      if (unsaved) anchor.current?.closest("form")?.requestSubmit();
    }
    window.addEventListener("keydown", save);
    return () => window.removeEventListener("keydown", save);
  }, [unsaved]);

  useEffect(() => {
    if (!unsaved) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [unsaved]);

  return <span ref={anchor} hidden />;
}
