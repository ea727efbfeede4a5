import { templateById } from "#lib/templates/catalogue.ts";
import { tagsOf } from "#lib/templates/template.ts";

/** Fields as the API takes them: `platform` is a comma list. */
export interface SamplePolicy {
  name: string;
  query: string;
  description: string;
  resolution: string;
  platform: string;
  critical: boolean;
  tags: string[];
}

/** Templates that a simulated host's posture decides, so that some hosts of a fleet fail each. */
const TEMPLATES = [
  "macos-filevault-on",
  "macos-firewall-on",
  "macos-gatekeeper-on",
  "macos-screen-locks",
  "macos-updates-install",
  "macos-supported",
  "windows-bitlocker-system-drive",
  "windows-firewall-on",
  "windows-antivirus-on",
  "windows-updates-install",
  "windows-supported",
  "linux-root-disk-encrypted",
  "linux-ssh-no-root",
  "linux-firewall-on",
  "linux-updates-install",
  "linux-supported",
  "ssh-keys-have-passphrase",
];

function samplePolicy(id: string): SamplePolicy {
  const template = templateById(id);
  if (!template) throw new Error(`no template is called ${id}`);
  const { name, query, description, resolution, platforms, critical } = template;
  const tags = tagsOf(template);
  return { name, query, description, resolution, platform: platforms.join(","), critical, tags };
}

/** The demo's 17 policies. */
export const samplePolicies: readonly SamplePolicy[] = TEMPLATES.map(samplePolicy);
