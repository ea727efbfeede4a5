import { FRAMEWORKS, type Framework } from "#lib/templates/template.ts";

const SHORT_NAMES: Record<Framework, string> = { "cis-v8": "CIS", "iso-27001": "ISO" };

/** "remote access" for a topic, "CIS 3.6" for a control. */
export function tagName(tag: string): string {
  const [framework = "", control] = tag.split(":");
  if (tag === "ssh") return "SSH";
  if (control === undefined) return framework.replaceAll("-", " ");
  return `${SHORT_NAMES[framework as Framework] ?? framework} ${control}`;
}

/** The framework in full, for who does not know the short name; undefined for a topic. */
export function frameworkName(tag: string): string | undefined {
  const [framework = "", control] = tag.split(":");
  return control === undefined ? undefined : (FRAMEWORKS[framework as Framework] ?? framework);
}

export function topicsOf(tags: readonly string[]): string[] {
  return tags.filter((tag) => frameworkName(tag) === undefined).map(tagName);
}

export const capital = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
