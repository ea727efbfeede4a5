import { z } from "zod";
import { orNothing } from "#lib/http/list-options.ts";
import { FRAMEWORKS, TOPICS } from "./template.ts";

const QUERY_CHARACTERS_MAX = 255;
const PLATFORMS = ["darwin", "windows", "linux"] as const;
const FRAMEWORK_IDS = Object.keys(FRAMEWORKS) as [keyof typeof FRAMEWORKS];

const platform = z.enum(PLATFORMS);
const framework = z.enum(FRAMEWORK_IDS);

const oneOf = (names: readonly string[]) => (given: string) =>
  `"${given}" is none of ${names.join(", ")}`;

/** The safeguards of CIS Controls v8, by control: 1.1 to 1.5, 2.1 to 2.7 and so on. */
const CIS_SAFEGUARDS = [5, 7, 14, 12, 6, 8, 7, 12, 7, 7, 5, 8, 11, 9, 7, 14, 9, 5];
/** The controls of ISO/IEC 27001:2022 Annex A, by clause. */
const ISO_CONTROLS: Record<string, number> = { "5": 37, "6": 8, "7": 14, "8": 34 };

/** Whether a control with this number is in the framework, such as `cis-v8:3.6`. */
export function isControl(tag: string): boolean {
  const [, cis, safeguard] = /^cis-v8:([1-9]\d?)\.([1-9]\d?)$/.exec(tag) ?? [];
  if (cis) return Number(safeguard) <= (CIS_SAFEGUARDS[Number(cis) - 1] ?? 0);
  const [, clause = "", number] = /^iso-27001:A\.([5-8])\.([1-9]\d?)$/.exec(tag) ?? [];
  return Number(number) <= (ISO_CONTROLS[clause] ?? 0);
}

export const templatesQuery = z.object({
  /** Words that all must be in the name, description, tags, id or SQL. */
  query: z.string().max(QUERY_CHARACTERS_MAX).optional(),
  platform: orNothing(platform, oneOf(PLATFORMS)),
  /** A topic, or a control such as cis-v8:3.6. */
  tag: z.string().max(QUERY_CHARACTERS_MAX).optional(),
  framework: orNothing(framework, oneOf(FRAMEWORK_IDS)),
});
export type TemplateFilter = z.input<typeof templatesQuery>;

export const templateParams = z.object({ id: z.string() });

/** The keys that a policy has are named as a policy's are, so that one can be made of it. */
export const templateJson = z.object({
  id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
  name: z.string().min(1).max(255),
  /** A comma list, as policies have it. */
  platform: z.string().min(1),
  description: z.string().min(1).max(250),
  /** Markdown for the person whose computer it is. */
  resolution: z.string().min(1).max(700),
  query: z.string().min(1),
  critical: z.boolean(),
  /** Topics, then controls as `framework:control`. */
  tags: z.array(z.union([z.enum(TOPICS), z.string().refine(isControl)])),
});
export type TemplateJson = z.output<typeof templateJson>;

export const templatesReply = z.object({ templates: z.array(templateJson), count: z.int() });
export type TemplatesJson = z.output<typeof templatesReply>;

export const templateReply = z.object({ template: templateJson });
