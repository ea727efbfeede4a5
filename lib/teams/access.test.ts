import * as activities from "#app/api/v1/fleet/activities/route.ts";
import * as config from "#app/api/v1/fleet/config/route.ts";
import * as globalSecrets from "#app/api/v1/fleet/spec/enroll_secret/route.ts";
import * as specTeams from "#app/api/v1/fleet/spec/teams/route.ts";
import * as agentOptions from "#app/api/v1/fleet/teams/[team_id]/agent_options/route.ts";
import * as team from "#app/api/v1/fleet/teams/[team_id]/route.ts";
import * as secrets from "#app/api/v1/fleet/teams/[team_id]/secrets/route.ts";
import * as members from "#app/api/v1/fleet/teams/[team_id]/users/route.ts";
import * as teams from "#app/api/v1/fleet/teams/route.ts";
import * as fleetVersion from "#app/api/v1/fleet/version/route.ts";
import * as rotate from "#app/api/v1/muster/enroll_secrets/rotate/route.ts";
import * as settings from "#app/api/v1/muster/settings/route.ts";
import * as version from "#app/version/route.ts";
import { accessTable } from "#lib/testing/access.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { insertTeam, insertUser, unique, type World } from "#lib/testing/world.ts";

await testDatabase();

const own = (w: World) => ({ params: { team_id: w.teamId } });
const ownWith = (body: unknown) => (w: World) => ({ ...own(w), body });
const secret = () => ({ secrets: [{ secret: unique("a secret for tests") }] });
const fresh = async () => ({ params: { team_id: await insertTeam() } });

accessTable({
  "GET /teams": [teams.GET, [200, 200, 200, 200, 200, 401]],
  "POST /teams": [
    teams.POST,
    [200, 403, 403, 403, 403, 401],
    () => ({ body: { name: unique("New") } }),
  ],
  "GET /teams/{id}": [team.GET, [200, 200, 200, 200, 403, 401], own],
  "PATCH /teams/{id}": [team.PATCH, [200, 403, 403, 200, 403, 401], ownWith({ description: "d" })],
  "DELETE /teams/{id}, of other people": [team.DELETE, [200, 403, 403, 403, 403, 401], fresh],
  "GET /teams/{id}/secrets": [secrets.GET, [200, 200, 403, 200, 403, 401], own],
  "PATCH /teams/{id}/secrets": [
    secrets.PATCH,
    [200, 200, 403, 200, 403, 401],
    (w) => ({ ...own(w), body: secret() }),
  ],
  "POST /muster/enroll_secrets/rotate, a team's": [
    rotate.POST,
    [200, 200, 403, 200, 403, 401],
    (w) => ({ body: { team_id: w.teamId } }),
  ],
  "POST /muster/enroll_secrets/rotate, global": [
    rotate.POST,
    [200, 200, 403, 403, 403, 401],
    () => ({ body: {} }),
  ],
  "GET /spec/enroll_secret": [globalSecrets.GET, [200, 200, 403, 403, 403, 401]],
  "POST /spec/enroll_secret": [
    globalSecrets.POST,
    [200, 200, 403, 403, 403, 401],
    () => ({ body: { spec: secret() } }),
  ],
  "GET /teams/{id}/users": [members.GET, [200, 403, 403, 200, 403, 401], own],
  "PATCH /teams/{id}/users": [
    members.PATCH,
    [200, 403, 403, 200, 403, 401],
    async (w) => {
      const { id } = await insertUser("observer", w.teamId);
      return { ...own(w), body: { users: [{ id, role: "maintainer" }] } };
    },
  ],
  "DELETE /teams/{id}/users, their only role": [
    members.DELETE,
    [422, 403, 403, 422, 403, 401],
    async (w) => {
      const { id } = await insertUser("observer", w.teamId);
      return { ...own(w), body: { users: [{ id }] } };
    },
  ],
  "POST /teams/{id}/agent_options": [
    agentOptions.POST,
    [200, 403, 403, 200, 403, 401],
    ownWith({ config: { options: {} } }),
  ],
  "POST /spec/teams, a new one": [
    specTeams.POST,
    [200, 403, 403, 403, 403, 401],
    () => ({ body: { specs: [{ name: unique("New") }] } }),
  ],
  "GET /config": [config.GET, [200, 200, 200, 200, 200, 401]],
  "PATCH /config": [
    config.PATCH,
    [200, 403, 403, 403, 403, 401],
    () => ({ body: { org_info: { org_name: "Org" } } }),
  ],
  "GET /muster/settings": [settings.GET, [200, 200, 200, 200, 200, 401]],
  "PATCH /muster/settings": [
    settings.PATCH,
    [200, 403, 403, 403, 403, 401],
    () => ({ body: { gate: "all" } }),
  ],
  "GET /activities": [activities.GET, [200, 200, 200, 403, 403, 401]],
  "GET /version": [version.GET, [200, 200, 200, 200, 200, 200]],
  "GET /fleet/version": [fleetVersion.GET, [200, 200, 200, 200, 200, 401]],
});
