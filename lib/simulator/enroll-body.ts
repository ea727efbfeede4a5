import type { QueryOutcome } from "./engine.ts";
import type { SimulatedHost } from "./host.ts";
import { platformMasks } from "./tables/agent.ts";
import type { JsonObject } from "./transport.ts";

const detailTables = ["os_version", "osquery_info", "system_info", "platform_info"] as const;

/** First row of each detail table, all strings; a table without a row is left out. */
export function enrollBody(
  host: SimulatedHost,
  run: (sql: string) => QueryOutcome,
  enrollSecret: string,
): JsonObject {
  const details: JsonObject = {};
  for (const table of detailTables) {
    const outcome = run(`SELECT * FROM ${table}`);
    const row = outcome.kind === "rows" ? outcome.rows[0] : undefined;
    if (row) details[table] = row;
  }
  return {
    enroll_secret: enrollSecret,
    host_identifier: host.profile.uuid,
    platform_type: String(platformMasks[host.profile.platform]),
    host_details: details,
  };
}
