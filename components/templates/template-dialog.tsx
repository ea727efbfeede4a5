"use client";

import { useQuery } from "@tanstack/react-query";
import { LibraryBig } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { toast } from "#components/ui/toast.tsx";
import { errorMessage } from "#lib/http/api-error.ts";
import { templatesOptions } from "#lib/templates/client.ts";
import type { TemplateJson } from "#lib/templates/schema.ts";
import { TemplateLibrary } from "./template-library.tsx";

interface TemplateDialogProps {
  onUse: (template: TemplateJson) => void;
}

/** The button that opens the library, which is fetched then, and the library. */
export function TemplateDialog({ onUse }: TemplateDialogProps) {
  const [open, setOpen] = useState(false);
  const { data, error } = useQuery({ ...templatesOptions, enabled: open });
  useEffect(() => {
    if (!open || !error) return;
    toast.error(`The templates could not be loaded: ${errorMessage(error)}`);
    setOpen(false);
  }, [open, error]);
  return (
    <>
      <Button loading={open && !data} onClick={() => setOpen(true)}>
        <LibraryBig aria-hidden />
        Start from a template
      </Button>
      {open && data && (
        <TemplateLibrary
          templates={data.templates}
          onClose={() => setOpen(false)}
          onUse={(template) => {
            setOpen(false);
            onUse(template);
          }}
        />
      )}
    </>
  );
}
