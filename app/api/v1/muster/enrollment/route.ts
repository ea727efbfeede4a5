import { getEnrollment } from "#lib/enrollment/enrollment.ts";
import { enrollmentReply } from "#lib/enrollment/schema.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(
  {
    summary: "The server's address and authority, for the configuration of agents",
    response: enrollmentReply,
  },
  ({ viewer }) => getEnrollment(viewer),
);
