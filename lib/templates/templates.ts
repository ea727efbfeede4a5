import { authorize, GLOBAL } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { notFound } from "#lib/errors.ts";
import { policyTemplates } from "./catalogue.ts";
import { matchesTemplate } from "./match.ts";
import type { TemplateFilter, TemplateJson, TemplatesJson } from "./schema.ts";
import { type PolicyTemplate, tagsOf } from "./template.ts";

export function templateToJson(template: PolicyTemplate): TemplateJson {
  const { id, name, platforms, description, resolution, query, critical } = template;
  const platform = platforms.join(",");
  return { id, name, platform, description, resolution, query, critical, tags: tagsOf(template) };
}

const library = policyTemplates.map(templateToJson);

/** The templates that match, all of them: the library is a part of the program and small. */
export async function listTemplates(
  viewer: Viewer,
  filter: TemplateFilter,
): Promise<TemplatesJson> {
  authorize(viewer, "policy:read", GLOBAL);
  const templates = library.filter((template) => matchesTemplate(template, filter));
  return { templates, count: templates.length };
}

export async function getTemplate(viewer: Viewer, id: string): Promise<{ template: TemplateJson }> {
  authorize(viewer, "policy:read", GLOBAL);
  const template = library.find((one) => one.id === id);
  if (!template) throw notFound(`Template "${id}"`);
  return { template };
}
