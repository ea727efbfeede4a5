import type { OsqueryPlatform } from "#lib/osquery/tables.ts";
import { activityTables, darwinActivityTables, windowsActivityTables } from "./activity.ts";
import { agentTables } from "./agent.ts";
import { darwinSecurityTables } from "./darwin-security.ts";
import { identityTables } from "./identity.ts";
import { linuxSecurityTables } from "./linux-security.ts";
import { networkTables, unixNetworkTables } from "./network.ts";
import { peopleTables, unixPeopleTables } from "./people.ts";
import { powerTables } from "./power.ts";
import {
  darwinSoftwareTables,
  linuxSoftwareTables,
  softwareTables,
  windowsSoftwareTables,
} from "./software.ts";
import { unixStorageTables, windowsStorageTables } from "./storage.ts";
import type { TableSet } from "./table-set.ts";
import { windowsSecurityTables } from "./windows-security.ts";

const everywhere: TableSet = {
  ...identityTables,
  ...agentTables,
  ...peopleTables,
  ...softwareTables,
  ...activityTables,
};

/**
 * Tables that have rows, per platform. Every other table of the platform exists and is empty, and a
 * table of another platform does not exist, as on a real agent.
 */
export const filledTables: Record<OsqueryPlatform, TableSet> = {
  darwin: {
    ...everywhere,
    ...networkTables,
    ...unixNetworkTables,
    ...powerTables,
    ...unixStorageTables,
    ...unixPeopleTables,
    ...darwinSecurityTables,
    ...darwinSoftwareTables,
    ...darwinActivityTables,
  },
  windows: {
    ...everywhere,
    ...networkTables,
    ...powerTables,
    ...windowsStorageTables,
    ...windowsSecurityTables,
    ...windowsSoftwareTables,
    ...windowsActivityTables,
  },
  linux: {
    ...everywhere,
    ...networkTables,
    ...unixNetworkTables,
    ...unixStorageTables,
    ...unixPeopleTables,
    ...linuxSecurityTables,
    ...linuxSoftwareTables,
  },
};
