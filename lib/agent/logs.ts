import type { Metrics } from "#lib/metrics.ts";
import type { Json } from "./input.ts";
import { type AgentReply, OK, SKIPPED } from "./replies.ts";

/**
 * Takes osquery's logs. Muster schedules no queries whose results it would keep, so lines are
 * counted and let go; an error would make osquery keep and resend them (contract: osquery-agent 4).
 */
export function takeLogs(metrics: Metrics, body: Json): AgentReply {
  const type = body.log_type;
  if ((type !== "status" && type !== "result") || !Array.isArray(body.data)) {
    metrics.agentInputs.inc({ reason: "bad_log" });
    return SKIPPED;
  }
  metrics.agentLogLines.inc({ type }, body.data.length);
  return OK;
}
