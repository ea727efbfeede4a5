/** What host_vitals labels go by: columns of a host's row, and os_major, which is computed. */
export const VITALS = [
  "platform",
  "platform_family",
  "os_name",
  "os_version",
  "os_major",
  "hardware_vendor",
  "hardware_model",
  "cpu_type",
  "osquery_version",
] as const;
export type Vital = (typeof VITALS)[number];

/** "All Hosts" has no vital: every host is a member. */
export const EVERY_HOST = "";

/** The columns that vitals are made of. */
export interface VitalColumns {
  platform: string;
  platformFamily: string;
  osName: string;
  osVersion: string;
  hardwareVendor: string;
  hardwareModel: string;
  cpuType: string;
  osqueryVersion: string;
}

/** Of a host that has told nothing. */
export const NO_VITALS: VitalColumns = {
  platform: "",
  platformFamily: "",
  osName: "",
  osVersion: "",
  hardwareVendor: "",
  hardwareModel: "",
  cpuType: "",
  osqueryVersion: "",
};

/** Which column a vital is read from. */
export const VITAL_COLUMN: Record<Vital, keyof VitalColumns> = {
  platform: "platform",
  platform_family: "platformFamily",
  os_name: "osName",
  os_version: "osVersion",
  os_major: "osVersion",
  hardware_vendor: "hardwareVendor",
  hardware_model: "hardwareModel",
  cpu_type: "cpuType",
  osquery_version: "osqueryVersion",
};

export const isVital = (name: string): name is Vital =>
  (VITALS as readonly string[]).includes(name);

/** "macOS 15.1" is of "macOS 15", "Ubuntu 24.04.1 LTS" of "Ubuntu 24". */
const majorOf = (osVersion: string) => /^.*?\d+/.exec(osVersion)?.[0] ?? osVersion;

/** A vital's value, given its column's. */
export const vitalValue = (vital: Vital, column: string): string =>
  vital === "os_major" ? majorOf(column) : column;

/** As vitalMember, by the one column that decides. Case is nothing, as in the database's lists. */
export function isVitalMember(
  criteria: { vital: string; values: readonly string[] },
  column: string,
): boolean {
  if (criteria.vital === EVERY_HOST) return true;
  if (!isVital(criteria.vital)) return false;
  const value = vitalValue(criteria.vital, column).toLowerCase();
  return criteria.values.some((one) => one.toLowerCase() === value);
}

/**
 * Whether a host is a member of a label by vitals. It is known at once: a host that has not told its
 * vitals has empty ones.
 */
export function vitalMember(
  criteria: { vital: string; values: readonly string[] },
  host: VitalColumns,
): boolean {
  const column = isVital(criteria.vital) ? host[VITAL_COLUMN[criteria.vital]] : "";
  return isVitalMember(criteria, column);
}
