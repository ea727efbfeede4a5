import { type Database, databaseNow, transaction } from "#db/client.ts";
import type { LabelCriteria } from "#db/schema/labels.ts";
import { recordLabelVersions } from "#lib/membership/label-versions.ts";
import { EVERY_HOST } from "#lib/membership/vitals.ts";
import { raiseRevision } from "#lib/revisions.ts";
import { type LabelRecord, selectLabelsByName, upsertBuiltinLabels } from "./sql.ts";

/** macOS 14 and what may follow it while this is in use. */
const SONOMA = 14;
const MACOS_MAX = 60;
const SONOMA_AND_LATER = Array.from(
  { length: MACOS_MAX - SONOMA + 1 },
  (_, index) => `macOS ${SONOMA + index}`,
);

const ofPlatform = (...values: string[]): LabelCriteria => ({ vital: "platform", values });
/** osquery calls the platform of both "rhel". */
const ofName = (...values: string[]): LabelCriteria => ({ vital: "os_name", values });

/** Fleet's names, which its clients and files refer to. */
export const BUILTIN_LABELS: { name: string; description: string; criteria: LabelCriteria }[] = [
  {
    name: "All Hosts",
    description: "Every host that has enrolled",
    criteria: { vital: EVERY_HOST, values: [] },
  },
  { name: "macOS", description: "All macOS hosts", criteria: ofPlatform("darwin") },
  { name: "Ubuntu Linux", description: "All Ubuntu hosts", criteria: ofPlatform("ubuntu") },
  { name: "CentOS Linux", description: "All CentOS hosts", criteria: ofPlatform("centos") },
  { name: "MS Windows", description: "All Windows hosts", criteria: ofPlatform("windows") },
  {
    name: "Red Hat Linux",
    description: "All Red Hat Enterprise Linux hosts",
    criteria: ofName(
      "Red Hat Enterprise Linux",
      "Red Hat Enterprise Linux Server",
      "Red Hat Enterprise Linux Workstation",
    ),
  },
  {
    name: "All Linux",
    description: "All Linux hosts, of every distribution",
    criteria: { vital: "platform_family", values: ["linux"] },
  },
  { name: "chrome", description: "All Chrome hosts", criteria: ofPlatform("chrome") },
  {
    name: "macOS 14+ (Sonoma+)",
    description: "macOS hosts with version 14 and above",
    criteria: { vital: "os_major", values: SONOMA_AND_LATER },
  },
  { name: "iOS", description: "All iOS hosts", criteria: ofPlatform("ios") },
  { name: "iPadOS", description: "All iPadOS hosts", criteria: ofPlatform("ipados") },
  {
    name: "Fedora Linux",
    description: "All Fedora hosts",
    criteria: ofName("Fedora Linux", "Fedora"),
  },
];

const NAMES = new Set(BUILTIN_LABELS.map(({ name }) => name.toLowerCase()));

/** Whether a name is kept for a label that comes with the product, however it is written. */
export const isBuiltinName = (name: string): boolean => NAMES.has(name.toLowerCase());

/** A version before may have made it by other vitals. */
const differs = (label: LabelRecord, { vital, values }: LabelCriteria) =>
  label.criteria?.vital !== vital || label.criteria.values.join() !== values.join();

/** Makes the labels that are not there yet, as they are now. Every server does so when it starts. */
export async function seedBuiltinLabels(db: Database): Promise<void> {
  const names = BUILTIN_LABELS.map(({ name }) => name);
  const known = await selectLabelsByName(db, names);
  const byName = new Map(known.map((label) => [label.name, label]));
  const wrong = BUILTIN_LABELS.filter(({ name, criteria }) => {
    const label = byName.get(name);
    return label ? label.isBuiltin && differs(label, criteria) : true;
  });
  if (wrong.length === 0) return;
  await transaction(db, async (tx) => {
    await raiseRevision(tx, "policies");
    const at = await databaseNow(tx);
    await upsertBuiltinLabels(
      tx,
      wrong.map((label) => ({
        ...label,
        query: "",
        membershipType: "host_vitals",
        isBuiltin: true,
        createdAt: at,
        updatedAt: at,
      })),
    );
    await recordLabelVersions(tx, at);
  });
}
