import { serializeSecret } from "#lib/enroll-secrets/serialize.ts";
import { FOREIGN_TEAM, NO_EXPIRY, NO_HOST_STATUS } from "#lib/settings/foreign.ts";
import { serializeFailing } from "#lib/webhooks/serialize.ts";
import { NO_WEBHOOK } from "#lib/webhooks/webhook.ts";
import type { TeamJson } from "./schema.ts";
import type { TeamMember } from "./sql.ts";
import type { SeenTeam } from "./teams.ts";

export function serializeTeam({ team, ...seen }: SeenTeam): TeamJson {
  return {
    id: team.id,
    created_at: team.createdAt.toISOString(),
    name: team.name,
    description: team.description,
    ...(seen.editable ? { agent_options: team.agentOptions } : {}),
    host_count: seen.hostCount,
    user_count: seen.userCount,
    host_expiry_settings: NO_EXPIRY,
    ...FOREIGN_TEAM,
    webhook_settings: {
      host_status_webhook: NO_HOST_STATUS,
      failing_policies_webhook: serializeFailing(seen.webhook ?? NO_WEBHOOK),
    },
    ...(seen.members ? { users: seen.members.map(serializeMember) } : {}),
    ...(seen.secrets ? { secrets: seen.secrets.map(serializeSecret) } : {}),
  };
}

export const serializeMember = ({ apiOnly, ...member }: TeamMember) => ({
  ...member,
  api_only: apiOnly,
});

export const serializeTeamReply = (seen: SeenTeam) => ({ team: serializeTeam(seen) });
export const serializeTeams = (list: SeenTeam[]) => ({ teams: list.map(serializeTeam) });
export const serializeMembers = (list: TeamMember[]) => ({ users: list.map(serializeMember) });
export const serializeTeamIds = (ids: Map<string, number>) => ({
  team_ids_by_name: Object.fromEntries(ids),
});
