import { authorize, teamScope } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { readHistoryLimits, requireKnown } from "#lib/history/limits.ts";
import { csvResponse, streamOf } from "#lib/http/csv.ts";
import { readSettings } from "#lib/settings/settings.ts";
import { csvOf } from "./csv.ts";
import { html } from "./html.ts";
import { jsonLines } from "./json-lines.ts";
import { type Evidence, readPolicies } from "./policies.ts";
import type { EvidenceOptions } from "./schema.ts";

function filterOf({ team_id: teamId, tag, policy_ids: policyIds }: EvidenceOptions): string {
  const parts = [
    teamId === undefined ? "" : teamId === 0 ? "hosts in no team" : `team ${teamId}`,
    tag ? `policies tagged ${tag}` : "",
    policyIds ? `policies ${policyIds.join(", ")}` : "",
  ];
  return parts.filter((part) => part !== "").join("; ");
}

async function readEvidence(viewer: Viewer, options: EvidenceOptions): Promise<Evidence> {
  const { from, team_id: teamId } = options;
  if (teamId !== undefined) authorize(viewer, "host:read", { teamId });
  const scope = teamScope(viewer, "host:read");
  const limits = await readHistoryLimits(database());
  requireKnown(from, limits, "from");
  requireKnown(options.to, limits, "to");
  // What has not happened yet is nothing to go by.
  const to = new Date(Math.min(options.to.getTime(), limits.now.getTime()));
  const of = { scope, from, to, teamId, fullAt: limits.fullAt };
  const policyIds = options.policy_ids;
  const policies = await readPolicies(database(), of, { policyIds, tag: options.tag });
  const { orgName } = await readSettings(database());
  const filter = filterOf(options);
  return { of, policies, madeAt: limits.now, madeBy: viewer.name, orgName, filter };
}

const day = (at: Date) => at.toISOString().slice(0, 10);

const download = (chunks: AsyncGenerator<string>, type: string, fileName: string) =>
  new Response(streamOf(chunks), {
    headers: {
      "Content-Type": `${type}; charset=utf-8`,
      "Content-Disposition": `attachment; filename="${fileName}"`,
      "Cache-Control": "no-store",
    },
  });

/**
 * How policies and hosts stood through a period, as a file that is sent as it is made: the memory
 * is that of a few hundred hosts, however many there are. Throws before the first byte when the
 * viewer may not, or nobody knows about the period.
 */
export async function exportEvidence(viewer: Viewer, options: EvidenceOptions): Promise<Response> {
  const evidence = await readEvidence(viewer, options);
  const { from, to } = evidence.of;
  const name = `Evidence ${day(from)} to ${day(to)}`;
  if (options.format === "html") return download(html(evidence), "text/html", `${name}.html`);
  if (options.format === "jsonl") {
    return download(jsonLines(evidence), "application/x-ndjson", `${name}.jsonl`);
  }
  return csvResponse(csvOf(evidence, options.part), `${name} ${options.part}.csv`);
}
