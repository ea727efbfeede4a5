import { withOldNames } from "#lib/http/fleet-names.ts";
import { policySpec } from "#lib/policies/schema.ts";
import { nearestOf } from "./nearest.ts";
import type { SpecDocument } from "./spec-file.ts";

const KEYS = Object.keys(policySpec.shape);

/** Keys of Fleet's policies about things that Muster does not do. */
export const FOREIGN_POLICY_KEYS = [
  "calendar_events_enabled",
  "conditional_access_bypass_enabled",
  "conditional_access_enabled",
  "continuous_automations_enabled",
  "fleet_maintained_app_slug",
  "install_software",
  "notify_before_patching",
  "patch_software_title_id",
  "patch_when_closed",
  "resend_configuration_profile",
  "run_script",
  "script_id",
  "software_installer_id",
  "software_title_id",
  "type",
];

export type PolicySpec = Record<string, unknown> & { name: string };

export interface ReadPolicy {
  spec: PolicySpec;
  problems: string[];
  warnings: string[];
}

function checkKey({ place }: SpecDocument, key: string): Partial<ReadPolicy> {
  if (KEYS.includes(key)) return {};
  const at = place(["spec", key]);
  if (FOREIGN_POLICY_KEYS.includes(key))
    return { warnings: [`${at}: "${key}" has no effect here.`] };
  const near = nearestOf(key, KEYS);
  const hint = near ? ` Did you mean "${near}"?` : "";
  return { problems: [`${at}: a policy has no key "${key}".${hint}`] };
}

/**
 * A policy document, checked by the server's own schema, so that a mistake is told with its line
 * before anything is sent. The API drops keys that it does not know, as Fleet's does; in a file they
 * are mistakes: a policy with a "resolutoin" would silently have none.
 */
export function readPolicy(document: SpecDocument, team: string | undefined): ReadPolicy {
  const conflicts: string[] = [];
  const given = withOldNames(policySpec, document.spec, (old, now) => {
    conflicts.push(`${document.place(["spec", now])}: "${old}" and "${now}" differ: give one.`);
  }) as PolicySpec;
  const spec = { ...given, team: team ?? given.team ?? "" };
  const checked = Object.keys(given).map((key) => checkKey(document, key));
  const { error } = policySpec.safeParse(spec);
  const wrong = (error?.issues ?? []).map(
    (issue) => `${document.place(["spec", ...issue.path])}: ${issue.message}`,
  );
  return {
    spec,
    problems: [...conflicts, ...checked.flatMap(({ problems }) => problems ?? []), ...wrong],
    warnings: checked.flatMap(({ warnings }) => warnings ?? []),
  };
}
