import type { TemplateJson, TemplatesJson } from "./schema.ts";
import { type PolicyTemplate, tagsOf } from "./template.ts";

function toJson(template: PolicyTemplate): TemplateJson {
  const { id, name, platforms, description, resolution, query, critical } = template;
  const platform = platforms.join(",");
  return { id, name, platform, description, resolution, query, critical, tags: tagsOf(template) };
}

export function serializeTemplate(template: PolicyTemplate): { template: TemplateJson } {
  return { template: toJson(template) };
}

export function serializeTemplates(found: readonly PolicyTemplate[]): TemplatesJson {
  return { templates: found.map(toJson), count: found.length };
}
