export { GET, PATCH } from "#app/api/v1/fleet/policies/[id]/route.ts";
