export { GET } from "#app/api/v1/fleet/teams/[team_id]/policies/count/route.ts";
