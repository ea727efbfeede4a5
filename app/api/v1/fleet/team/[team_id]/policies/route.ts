export { GET, POST } from "#app/api/v1/fleet/teams/[team_id]/policies/route.ts";
