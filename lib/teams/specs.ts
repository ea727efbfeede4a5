import { type Transaction, transaction } from "#db/client.ts";
import { changes, recordActivity } from "#lib/activities/activities.ts";
import { authorize, GLOBAL } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { writeSecrets } from "#lib/enroll-secrets/enroll-secrets.ts";
import { invalid } from "#lib/errors.ts";
import { raiseRevision } from "#lib/revisions.ts";
import type { TeamSpec } from "./schema.ts";
import { selectTeamIdByName, updateTeam } from "./sql.ts";
import { insertWithSecrets, requireTeam, writeTeamWebhooks } from "./teams.ts";

/** Carries the ids out of a transaction that must leave nothing behind. */
class DryRun extends Error {
  readonly ids: Map<string, number>;
  constructor(ids: Map<string, number>) {
    super("dry run");
    this.name = "DryRun";
    this.ids = ids;
  }
}

/**
 * Creates or edits teams by name, all or none. What a spec leaves out stays as it is. A dry run
 * does all of it and rolls back, so that it finds what the real one would; ids of teams that it
 * would create are left out of the answer.
 */
export async function applyTeamSpecs(
  viewer: Viewer,
  input: { specs: TeamSpec[]; dryRun: boolean },
): Promise<Map<string, number>> {
  const names = input.specs.map((spec) => spec.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw invalid("name", `Team "${twice}" is in the list twice`);
  try {
    return await transaction(database(), async (tx) => {
      await raiseRevision(tx, "config");
      const ids = new Map<string, number>();
      const existing = new Map<string, number>();
      for (const spec of input.specs) {
        const known = await selectTeamIdByName(tx, spec.name);
        if (known !== undefined) existing.set(spec.name, known);
        ids.set(spec.name, await writeTeamSpec(tx, viewer, spec, known));
      }
      await recordActivity(tx, viewer, {
        type: "applied_spec_team",
        details: { teams: [...ids].map(([name, id]) => ({ id, name })) },
      });
      if (input.dryRun) throw new DryRun(existing);
      return ids;
    });
  } catch (error) {
    if (error instanceof DryRun) return error.ids;
    throw error;
  }
}

/** One spec's write, for a team that is known by this id or is new; authorized here. The caller has raised config. */
export async function writeTeamSpec(
  tx: Transaction,
  viewer: Viewer,
  spec: TeamSpec,
  known: number | undefined,
): Promise<number> {
  if (known === undefined) {
    authorize(viewer, "team:create", GLOBAL);
    const id = await insertWithSecrets(tx, viewer, { ...spec, agentOptions: spec.agent_options });
    await writeTeamWebhooks(tx, viewer, id, spec.webhook_settings);
    return id;
  }
  authorize(viewer, "team:write", { teamId: known });
  const before = await requireTeam(tx, known);
  const patch = {
    description: spec.description ?? before.description,
    agentOptions: spec.agent_options === undefined ? before.agentOptions : spec.agent_options,
  };
  const difference = changes(
    { description: before.description, agentOptions: before.agentOptions },
    patch,
  );
  if (spec.secrets) {
    authorize(viewer, "secret:write", { teamId: known });
    await writeSecrets(
      tx,
      known,
      spec.secrets.map(({ secret }) => secret),
    );
  }
  await writeTeamWebhooks(tx, viewer, known, spec.webhook_settings);
  await updateTeam(tx, known, patch);
  if (Object.keys(difference.after).length > 0) {
    await recordActivity(tx, viewer, {
      type: "edited_team",
      teamId: known,
      details: { team_id: known, team_name: spec.name, ...difference },
    });
  }
  return known;
}
