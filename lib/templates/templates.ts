import { authorize, GLOBAL } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { notFound } from "#lib/errors.ts";
import { policyTemplates, templateById } from "./catalogue.ts";
import type { TemplateFilter } from "./schema.ts";
import { type PolicyTemplate, tagsOf } from "./template.ts";

function wordsIn(template: PolicyTemplate): string {
  const { id, name, description, query } = template;
  return [id, name, description, query, ...tagsOf(template)].join("\n").toLowerCase();
}

function matches(template: PolicyTemplate, filter: TemplateFilter): boolean {
  const { query = "", platform, tag, framework } = filter;
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const text = words.length > 0 ? wordsIn(template) : "";
  return (
    words.every((word) => text.includes(word)) &&
    (!platform || template.platforms.some((one) => one === platform)) &&
    (!tag || tagsOf(template).some((one) => one.toLowerCase() === tag.toLowerCase())) &&
    (!framework || template.controls.some((control) => control.startsWith(`${framework}:`)))
  );
}

/** The templates that match, all of them: the library is a part of the program and small. */
export async function listTemplates(
  viewer: Viewer,
  filter: TemplateFilter,
): Promise<PolicyTemplate[]> {
  authorize(viewer, "policy:read", GLOBAL);
  return policyTemplates.filter((template) => matches(template, filter));
}

export async function getTemplate(viewer: Viewer, id: string): Promise<PolicyTemplate> {
  authorize(viewer, "policy:read", GLOBAL);
  const template = templateById(id);
  if (!template) throw notFound(`Template "${id}"`);
  return template;
}
