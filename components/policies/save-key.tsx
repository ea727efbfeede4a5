"use client";

import { useEffect, useRef } from "react";

interface SaveKeyProps {
  unsaved: boolean;
  submitting: boolean;
}

/** Whether a person looks at the form, with no question in front of it. The editor's own search is none. */
function isInView(form: HTMLFormElement): boolean {
  const dialogs = document.querySelectorAll("[role=dialog], [role=alertdialog]");
  const inFront = [...dialogs].filter((one) => !form.contains(one) && one.checkVisibility());
  return form.checkVisibility() && inFront.length === 0;
}

/** Within a form: Ctrl+S (Cmd+S) saves it, and the browser asks before unsaved changes are left. */
export function SaveKey({ unsaved, submitting }: SaveKeyProps) {
  const anchor = useRef<HTMLSpanElement>(null);

  useEffect(() => {
    function save(event: KeyboardEvent) {
      if (event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey)) return;
      // In no case the browser's own: nobody wants the page as a file.
      event.preventDefault();
      const form = anchor.current?.closest("form");
      if (unsaved && !submitting && !event.repeat && form && isInView(form)) form.requestSubmit();
    }
    window.addEventListener("keydown", save);
    return () => window.removeEventListener("keydown", save);
  }, [unsaved, submitting]);

  useEffect(() => {
    if (!unsaved) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [unsaved]);

  return <span ref={anchor} hidden />;
}
