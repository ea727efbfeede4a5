import { exportGitops } from "#lib/gitops/export.ts";
import { applyGitops } from "#lib/gitops/gitops.ts";
import {
  BODY_BYTES_MAX,
  exportQuery,
  exportReply,
  gitopsBody,
  gitopsReply,
} from "#lib/gitops/schema.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(
  {
    summary: "Settings, teams, labels, policies and exemptions as POST takes them, without secrets",
    query: exportQuery,
    response: exportReply,
  },
  ({ viewer, query }) => exportGitops(viewer, query.team),
);

export const POST = route(
  {
    summary:
      "Make everything what files say: one transaction, or with dry_run only what would change",
    body: gitopsBody,
    bodyBytesMax: BODY_BYTES_MAX,
    response: gitopsReply,
  },
  ({ viewer, body }) => applyGitops(viewer, body),
);
