import { teamScope } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { badRequest, notFound } from "#lib/errors.ts";
import { selectLabelsByName } from "#lib/labels/sql.ts";
import type { NamedCampaign, NewCampaign } from "./campaign-schema.ts";
import { LIFE_SECONDS } from "./limits.ts";
import { startRun } from "./runs.ts";
import { type RunRow, selectIdsByIdentifiers } from "./sql.ts";

/*
 * Fleet's name for a run of a query is a campaign (contract: fleet-api 9.1). Saved queries do not
 * exist here, so naming one is naming nothing.
 */

/** The text to run. */
function queryOf({ query, query_id: queryId }: Pick<NewCampaign, "query" | "query_id">): string {
  if (queryId) throw notFound(`Query ${queryId}`);
  if (query.trim() === "") throw badRequest("query must be specified");
  return query;
}

/** Runs a query on hosts, labels and teams by id. */
export function runCampaign(viewer: Viewer, input: NewCampaign): Promise<RunRow> {
  const { hosts, labels, teams } = input.selected;
  return startRun(viewer, {
    kind: "query",
    query: queryOf(input),
    targets: { host_ids: hosts, label_ids: labels, team_ids: teams, platforms: [] },
    life_seconds: LIFE_SECONDS,
  });
}

/** As runCampaign, by names of labels and by what hosts go by. Unknown hosts are left out. */
export async function runCampaignByNames(viewer: Viewer, input: NamedCampaign): Promise<RunRow> {
  const scope = teamScope(viewer, "query:run");
  const query = queryOf(input);
  const [hosts, labels] = await Promise.all([
    selectIdsByIdentifiers(database(), scope, input.selected.hosts),
    selectLabelsByName(database(), input.selected.labels),
  ]);
  const known = new Set(labels.map(({ name }) => name));
  const unknown = input.selected.labels.filter((name) => !known.has(name));
  if (unknown.length > 0) {
    throw badRequest(`invalid label name(s): ${unknown.join(", ")}`);
  }
  const selected = { hosts, labels: labels.map(({ id }) => id), teams: [] };
  return runCampaign(viewer, { query, query_id: null, selected });
}
