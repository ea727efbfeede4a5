import { z } from "zod";

export const TAGS_MAX = 20;
export const TAG_CHARACTERS_MAX = 64;

/** A word or two; a control of a framework follows a colon and is spelt as the framework spells it. */
const TAG = /^[a-z0-9][a-z0-9 ._-]*(:[A-Za-z0-9 ._:-]*[A-Za-z0-9])?$/;

/** "CIS-v8:3.6 " is `cis-v8:3.6`, "ISO-27001:A.8.24" is `iso-27001:A.8.24`. */
export function normalTag(given: string): string {
  const text = given.normalize("NFC").trim();
  const colon = text.indexOf(":");
  if (colon < 0) return text.toLowerCase();
  return `${text.slice(0, colon).trim().toLowerCase()}:${text.slice(colon + 1).trim()}`;
}

export const isTag = (tag: string): boolean => tag.length <= TAG_CHARACTERS_MAX && TAG.test(tag);

const badTag = (tag: string) =>
  `tag "${tag.slice(0, TAG_CHARACTERS_MAX)}" must have 1 to ${TAG_CHARACTERS_MAX} letters, digits, blanks, dots, dashes or underscores, such as "disk" or "cis-v8:3.6"`;

/** Tags as they are stored: normal, each once, in the order given. */
export const tagList = z
  .array(z.string("a tag must be text"), "policy tags must be a list of texts")
  .transform((tags) => [...new Set(tags.map(normalTag))])
  .superRefine((tags, context) => {
    for (const tag of tags) {
      if (!isTag(tag)) context.addIssue({ code: "custom", message: badTag(tag) });
    }
    if (tags.length <= TAGS_MAX) return;
    context.addIssue({ code: "custom", message: `a policy may have ${TAGS_MAX} tags at most` });
  });

/** The framework of a control (`cis-v8:3.6` is of cis-v8) and its id; null for plain tags. */
export function controlOf(tag: string): { framework: string; control: string } | null {
  const colon = tag.indexOf(":");
  return colon < 0 ? null : { framework: tag.slice(0, colon), control: tag.slice(colon + 1) };
}
