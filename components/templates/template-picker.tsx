"use client";

import { useRef } from "react";
import { cn } from "#components/ui/cn.ts";
import { TemplateList, type TemplateListProps } from "./template-list.tsx";
import { TemplatePreview } from "./template-preview.tsx";

interface TemplatePickerProps extends TemplateListProps {
  /** Where there is room for one of the two: whether it is the preview. */
  reading: boolean;
  onBack: () => void;
}

/** The list beside what is shown of it; on a narrow screen one after the other. */
export function TemplatePicker({ reading, onBack, ...list }: TemplatePickerProps) {
  const preview = useRef<HTMLDivElement>(null);
  const template = list.templates.find(({ id }) => id === list.shown);

  function show(id: string) {
    list.onShow(id);
    preview.current?.scrollTo({ top: 0 });
  }

  return (
    <div className="grid h-[60dvh] min-h-0 gap-5 md:h-[min(34rem,60dvh)] md:grid-cols-[20rem_minmax(0,1fr)]">
      <div className={cn("min-h-0 min-w-0 md:grid", reading ? "hidden" : "grid")}>
        <TemplateList {...list} onShow={show} />
      </div>
      <div
        ref={preview}
        className={cn(
          "min-h-0 min-w-0 overflow-y-auto overscroll-contain md:block md:border-line md:border-l md:pl-5",
          !reading && "hidden",
        )}
      >
        {template && <TemplatePreview template={template} onBack={onBack} />}
      </div>
    </div>
  );
}
