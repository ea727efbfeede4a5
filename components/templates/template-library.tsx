"use client";

import { useRef, useState } from "react";
import { flushSync } from "react-dom";
import { Button } from "#components/ui/button.tsx";
import { cn } from "#components/ui/cn.ts";
import { Dialog } from "#components/ui/dialog.tsx";
import { matchesTemplate } from "#lib/templates/match.ts";
import type { TemplateFilter, TemplateJson } from "#lib/templates/schema.ts";
import { TemplatePicker } from "./template-picker.tsx";

interface TemplateLibraryProps {
  templates: readonly TemplateJson[];
  onUse: (template: TemplateJson) => void;
  onClose: () => void;
}

/** All templates, of which one can be used. */
export function TemplateLibrary({ templates, onUse, onClose }: TemplateLibraryProps) {
  const [filter, setFilter] = useState<TemplateFilter>({});
  const [shown, setShown] = useState("");
  const [reading, setReading] = useState(false);
  const use = useRef<HTMLButtonElement>(null);
  const found = templates.filter((one) => matchesTemplate(one, filter));
  const template = found.find(({ id }) => id === shown) ?? found[0];

  /** Focus goes to the button, so that Enter and Enter take a template. */
  function choose(id: string) {
    flushSync(() => {
      setShown(id);
      setReading(true);
    });
    use.current?.focus();
  }

  return (
    <Dialog
      open
      onOpenChange={onClose}
      size="xl"
      title="Start from a template"
      description="Written and tested policies for macOS, Windows and Linux."
      footer={
        <>
          <p className="text-muted text-xs max-sm:hidden sm:mr-auto sm:self-center">
            It takes the place of what the form holds. Everything can be changed afterwards.
          </p>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            ref={use}
            variant="primary"
            disabled={!template}
            onClick={() => template && onUse(template)}
            className={cn(!reading && "max-md:hidden")}
          >
            Use template
          </Button>
        </>
      }
    >
      <TemplatePicker
        templates={found}
        filter={filter}
        onFilterChange={setFilter}
        shown={template?.id ?? ""}
        onShow={setShown}
        onChoose={choose}
        reading={reading}
        onBack={() => setReading(false)}
      />
    </Dialog>
  );
}
