import { z } from "zod";
import { createPolicyBody, type NewPolicy, type PolicyJson } from "#lib/policies/schema.ts";

const { name, query, description, resolution, platform, critical, interval } =
  createPolicyBody.shape;

/** The API's own rules, so that a form and a client hear the same words. */
export const policyFormSchema = z.object({
  ...{ name, query, description, resolution, platform, critical, interval },
});

export type PolicyFormValues = z.input<typeof policyFormSchema>;
export type PolicyFormOutput = z.output<typeof policyFormSchema>;

export const NEW_POLICY: PolicyFormValues = {
  name: "",
  query: "",
  description: "",
  resolution: "",
  platform: "",
  critical: false,
  interval: null,
};

export function formValuesOf(policy: PolicyJson): PolicyFormValues {
  const { name, query, description, resolution, platform, critical, interval } = policy;
  return { name, query, description, resolution, platform, critical, interval };
}

/** Only what was changed is sent, so that two people who edit different fields both win. */
export function changesOf(before: PolicyFormValues, after: PolicyFormOutput): Partial<NewPolicy> {
  const changed = Object.entries(after).filter(
    ([key, value]) => before[key as keyof PolicyFormValues] !== value,
  );
  return Object.fromEntries(changed);
}
