import { z } from "zod";
import type { LabelScope } from "#db/schema/policies.ts";

/** A sentence of more labels is one that nobody understands. */
const LABELS_MAX = 100;
const NAME_CHARACTERS_MAX = 255;

/** The API's four lists by the rule that each is. */
export const LABEL_RULES = {
  labels_include_any: "includeAny",
  labels_include_all: "includeAll",
  labels_exclude_any: "excludeAny",
  labels_exclude_all: "excludeAll",
} as const satisfies Record<string, keyof LabelScope>;
export type LabelKey = keyof typeof LABEL_RULES;
export const LABEL_KEYS = Object.keys(LABEL_RULES) as LabelKey[];

const names = (key: string) =>
  z
    .array(
      z
        .string(`policy ${key} is a list of label names`)
        .transform((name) => name.normalize("NFC").trim())
        .pipe(z.string().min(1, "a label's name is empty").max(NAME_CHARACTERS_MAX)),
      `policy ${key} is a list of label names`,
    )
    .max(LABELS_MAX, `policy ${key} may have ${LABELS_MAX} labels at most`)
    .nullish();

/** Names of labels. Absent or null says nothing of a list, which a change then keeps. */
export const labelFields = {
  labels_include_any: names("labels_include_any"),
  labels_include_all: names("labels_include_all"),
  labels_exclude_any: names("labels_exclude_any"),
  labels_exclude_all: names("labels_exclude_all"),
};

export type LabelLists = Partial<Record<LabelKey, string[] | null>>;

export const isIncluding = (key: LabelKey) => key.startsWith("labels_include");

/** A name that is in an including and in an excluding list, which nobody can mean. */
export function overlapOf(lists: LabelLists): string | undefined {
  const of = (including: boolean) =>
    LABEL_KEYS.filter((key) => isIncluding(key) === including).flatMap((key) => lists[key] ?? []);
  const excluded = new Set(of(false));
  return of(true).find((name) => excluded.has(name));
}

const named = z.object({ id: z.int(), name: z.string() });
/** As answers have them. */
export const labelListsJson = {
  labels_include_any: z.array(named),
  labels_include_all: z.array(named),
  labels_exclude_any: z.array(named),
  labels_exclude_all: z.array(named),
};
export type LabelListsJson = Record<LabelKey, z.output<typeof named>[]>;
