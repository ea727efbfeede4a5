"use client";

import { ArrowLeft } from "lucide-react";
import { platformList } from "#components/hosts/platform-name.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { CodeBlock } from "#components/ui/code.tsx";
import { Markdown } from "#components/ui/markdown.tsx";
import type { TemplateJson } from "#lib/templates/schema.ts";
import { TemplateTags } from "./template-tags.tsx";

interface TemplatePreviewProps {
  template: TemplateJson;
  /** Where the list has no room beside it. */
  onBack: () => void;
}

/** All of a template, as people will have it. */
export function TemplatePreview({ template, onBack }: TemplatePreviewProps) {
  const { name, platform, critical, description, tags, query, resolution } = template;
  return (
    <article aria-label={name} className="space-y-4">
      <Button variant="ghost" size="sm" onClick={onBack} className="-ml-2 md:hidden">
        <ArrowLeft aria-hidden />
        All templates
      </Button>
      <header className="space-y-2">
        <h3 className="text-balance font-semibold text-base">{name}</h3>
        <p className="flex flex-wrap items-center gap-2 text-muted text-sm">
          {platformList(platform)}
          {critical && <Badge tone="accent">Critical</Badge>}
        </p>
        <p className="text-pretty text-sm">{description}</p>
        <TemplateTags tags={tags} />
      </header>
      <CodeBlock label="Query" wrap>
        {query}
      </CodeBlock>
      <section className="space-y-2">
        <h4 className="font-medium text-muted text-xs">How people fix it</h4>
        <Markdown className="text-sm">{resolution}</Markdown>
      </section>
    </article>
  );
}
