import { z } from "zod";
import { LABEL_KEYS, labelFields } from "#lib/policies/label-fields.ts";
import { createPolicyBody, type NewPolicy, type PolicyJson } from "#lib/policies/schema.ts";

const { name, query, description, resolution, platform, critical, interval, tags, reason } =
  createPolicyBody.shape;

/** The API's own rules, so that a form and a client hear the same words. */
export const policyFormSchema = z.object({
  ...{ name, query, description, resolution, platform, critical, interval, tags, reason },
  ...labelFields,
});

export type PolicyFormValues = z.input<typeof policyFormSchema>;
export type PolicyFormOutput = z.output<typeof policyFormSchema>;

type FormKey = Exclude<keyof PolicyFormOutput, "reason">;

export const NEW_POLICY: PolicyFormValues = {
  name: "",
  query: "",
  description: "",
  resolution: "",
  platform: "",
  critical: false,
  interval: null,
  tags: [],
  reason: "",
  labels_include_any: [],
  labels_include_all: [],
  labels_exclude_any: [],
  labels_exclude_all: [],
};

/** Of a policy, or of a revision of one. */
export function formValuesOf(policy: Pick<PolicyJson, FormKey>): PolicyFormValues {
  const { name, query, description, resolution, platform, critical, interval, tags } = policy;
  const labels = LABEL_KEYS.map((key) => [key, policy[key].map((label) => label.name)]);
  return {
    ...{ name, query, description, resolution, platform, critical, interval, tags },
    reason: "",
    ...Object.fromEntries(labels),
  };
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/** Only what was changed is sent, so that two people who edit different fields both win. */
export function changesOf(before: PolicyFormValues, after: PolicyFormValues): Partial<NewPolicy> {
  const changed = Object.entries(after).filter(
    ([key, value]) => !same(before[key as keyof PolicyFormValues], value),
  );
  return Object.fromEntries(changed);
}
