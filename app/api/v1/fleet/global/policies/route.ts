export { GET, POST } from "#app/api/v1/fleet/policies/route.ts";
