import type { TemplateFilter, TemplateJson } from "./schema.ts";

function wordsIn({ id, name, description, query, tags }: TemplateJson): string {
  return [id, name, description, query, ...tags].join("\n").toLowerCase();
}

/** Whether the API, and the console that has the whole list, show a template. */
export function matchesTemplate(template: TemplateJson, filter: TemplateFilter): boolean {
  const { query = "", platform, tag, framework } = filter;
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const text = words.length > 0 ? wordsIn(template) : "";
  return (
    words.every((word) => text.includes(word)) &&
    (!platform || template.platform.split(",").includes(platform)) &&
    (!tag || template.tags.some((one) => one.toLowerCase() === tag.toLowerCase())) &&
    (!framework || template.tags.some((one) => one.startsWith(`${framework}:`)))
  );
}
