import { darwinPolicies } from "./sample-policies/darwin.ts";
import { sharedPolicies } from "./sample-policies/everywhere.ts";
import { linuxPolicies } from "./sample-policies/linux.ts";
import type { SamplePolicy } from "./sample-policies/sample-policy.ts";
import { windowsPolicies } from "./sample-policies/windows.ts";

export type { SamplePolicy };

/** The demo's 15 policies. They run unchanged on real osquery. */
export const samplePolicies: readonly SamplePolicy[] = [
  ...darwinPolicies,
  ...windowsPolicies,
  ...linuxPolicies,
  ...sharedPolicies,
];
