import { darwinPeople } from "./darwin-people.ts";
import { darwinProtection } from "./darwin-protection.ts";
import { darwinUpdates } from "./darwin-updates.ts";
import { everywhere } from "./everywhere.ts";
import { linuxPeople } from "./linux-people.ts";
import { linuxProtection } from "./linux-protection.ts";
import { linuxSystem } from "./linux-system.ts";
import type { PolicyTemplate } from "./template.ts";
import { windowsPeople } from "./windows-people.ts";
import { windowsProtection } from "./windows-protection.ts";
import { windowsSystem } from "./windows-system.ts";

/** Every template, in the order of lists. They run unchanged on real osquery. */
export const policyTemplates: readonly PolicyTemplate[] = [
  ...darwinProtection,
  ...darwinUpdates,
  ...darwinPeople,
  ...windowsProtection,
  ...windowsSystem,
  ...windowsPeople,
  ...linuxProtection,
  ...linuxSystem,
  ...linuxPeople,
  ...everywhere,
];

const byId = new Map(policyTemplates.map((template) => [template.id, template]));

export function templateById(id: string): PolicyTemplate | undefined {
  return byId.get(id);
}
