import { labelSpec } from "#lib/labels/schema.ts";
import { nearestOf } from "./nearest.ts";
import type { SpecDocument } from "./spec-file.ts";

const KEYS = Object.keys(labelSpec.shape);

export type LabelSpec = Record<string, unknown> & { name: string };

/** A label document, checked as readPolicy checks policies. */
export function readLabel({ spec, place }: SpecDocument): { spec: LabelSpec; problems: string[] } {
  const given = spec as LabelSpec;
  const unknown = Object.keys(given)
    .filter((key) => !KEYS.includes(key))
    .map((key) => {
      const near = nearestOf(key, KEYS);
      const hint = near ? ` Did you mean "${near}"?` : "";
      return `${place(["spec", key])}: a label has no key "${key}".${hint}`;
    });
  const { error } = labelSpec.safeParse(given);
  const wrong = (error?.issues ?? []).map(
    (issue) => `${place(["spec", ...issue.path])}: ${issue.message}`,
  );
  return { spec: given, problems: [...unknown, ...wrong] };
}
