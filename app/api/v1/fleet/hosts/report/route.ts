import { reportHosts } from "#lib/hosts/report.ts";
import { reportHostsQuery } from "#lib/hosts/schema.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(
  { summary: "All hosts of a list as CSV", query: reportHostsQuery },
  ({ viewer, query }) => reportHosts(viewer, query),
);
