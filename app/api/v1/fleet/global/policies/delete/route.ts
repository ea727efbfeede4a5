export { POST } from "#app/api/v1/fleet/policies/delete/route.ts";
