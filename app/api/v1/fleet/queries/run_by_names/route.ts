export { POST } from "#app/api/v1/fleet/queries/run_by_identifiers/route.ts";
