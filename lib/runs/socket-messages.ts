import type { RunHostRow, RunRow } from "./sql.ts";
import type { RunTotals } from "./totals.ts";

/** What fleetctl is told; it takes no other types (contract: fleet-api 9.1). */
export interface SocketMessage {
  type: "totals" | "status" | "result" | "error";
  data: unknown;
}

export const errorMessage = (text: string): SocketMessage => ({ type: "error", data: text });

export const totalsMessage = (run: RunRow): SocketMessage => ({
  type: "totals",
  data: {
    count: run.hosts,
    online: run.onlineHosts,
    offline: run.hosts - run.onlineHosts,
    missing_in_action: 0,
  },
});

export const statusMessage = (
  totals: RunTotals,
  rowHosts: number,
  isOver: boolean,
): SocketMessage => ({
  type: "status",
  data: {
    expected_results: totals.hosts,
    actual_results: totals.answered,
    count_of_hosts_with_results: rowHosts,
    count_of_hosts_with_no_results: totals.answered - rowHosts,
    status: isOver ? "finished" : "pending",
  },
});

export function resultMessage({ answer, ...host }: RunHostRow): SocketMessage {
  const displayName = host.displayName ?? host.hostname;
  const names = { host_hostname: host.hostname, host_display_name: displayName };
  return {
    type: "result",
    data: {
      distributed_query_execution_id: answer.runId,
      host: { id: answer.hostId, hostname: host.hostname, display_name: displayName },
      rows: (answer.rows ?? []).map((row) => ({ ...row, ...names })),
      stats: {
        wall_time_ms: answer.wallMs ?? 0,
        user_time: 0,
        system_time: 0,
        memory: answer.memoryBytes ?? 0,
      },
      error: answer.error,
    },
  };
}
