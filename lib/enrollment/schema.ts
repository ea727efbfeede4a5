import { z } from "zod";

/** What an osquery agent has to know to reach this server, besides a secret. */
export const enrollmentReply = z.object({
  server_url: z.string(),
  /** PEM of the server's own authority; null when its certificate comes from elsewhere. */
  ca_certificate: z.string().nullable(),
});
export type EnrollmentJson = z.output<typeof enrollmentReply>;
