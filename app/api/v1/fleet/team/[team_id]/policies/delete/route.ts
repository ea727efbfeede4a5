export { POST } from "#app/api/v1/fleet/teams/[team_id]/policies/delete/route.ts";
