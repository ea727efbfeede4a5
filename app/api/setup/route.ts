/** Fleet serves the setup under both paths. */
export { POST } from "#app/api/v1/setup/route.ts";
