import { z } from "zod";
import {
  createLabelBody,
  type LabelDetailJson,
  MEMBERSHIP_TYPES,
  type modifyLabelBody,
  type NewLabel,
} from "#lib/labels/schema.ts";
import { VITALS } from "#lib/membership/vitals.ts";

const { name, description, query, platform } = createLabelBody.shape;

/** One form for the three kinds; what the chosen kind does not have is not sent. */
export const labelFormSchema = z
  .object({
    ...{ name, description, query, platform },
    type: z.enum(MEMBERSHIP_TYPES),
    vital: z.enum(VITALS),
    /** One a line. */
    values: z.string(),
    hostIds: z.array(z.int()),
  })
  .superRefine(({ type, query: sql, values }, context) => {
    const problem = (path: string, message: string) =>
      context.addIssue({ code: "custom", path: [path], message });
    if (type === "dynamic" && !sql) problem("query", "a dynamic label needs a query");
    if (type === "host_vitals" && valuesOf(values).length === 0) {
      problem("values", "name one value at least");
    }
  });

export type LabelFormValues = z.input<typeof labelFormSchema>;
export type LabelFormOutput = z.output<typeof labelFormSchema>;

const valuesOf = (text: string): string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);

export const NEW_LABEL: LabelFormValues = {
  name: "",
  description: "",
  query: "",
  platform: "",
  type: "dynamic",
  vital: "os_name",
  values: "",
  hostIds: [],
};

export function formValuesOf(label: LabelDetailJson): LabelFormValues {
  const { name, description, query, platform, criteria } = label;
  return {
    ...{ name, description, query, platform },
    type: label.label_membership_type,
    vital: VITALS.find((vital) => vital === criteria?.vital) ?? "os_name",
    values: (criteria?.values ?? []).join("\n"),
    hostIds: label.host_ids ?? [],
  };
}

function membershipOf({ type, query: sql, platform: list, ...given }: LabelFormOutput) {
  if (type === "dynamic") return { query: sql, platform: list };
  if (type === "manual") return { host_ids: given.hostIds };
  return { criteria: { vital: given.vital, values: valuesOf(given.values) } };
}

export const newLabelOf = (values: LabelFormOutput): NewLabel => ({
  name: values.name,
  description: values.description,
  label_membership_type: values.type,
  ...membershipOf(values),
});

/** The hosts alone are left out when they are as before: others may have changed them meanwhile. */
export function patchOf(
  before: LabelFormValues,
  values: LabelFormOutput,
): z.input<typeof modifyLabelBody> {
  const { host_ids: hostIds, ...others } = { host_ids: undefined, ...membershipOf(values) };
  const sameHosts = JSON.stringify(before.hostIds) === JSON.stringify(values.hostIds);
  return {
    name: values.name,
    description: values.description,
    ...others,
    ...(hostIds && !sameHosts ? { host_ids: hostIds } : {}),
  };
}
