export { POST } from "#app/api/osquery/[...path]/route.ts";
