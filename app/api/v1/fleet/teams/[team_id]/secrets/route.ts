import { listSecrets, replaceSecrets } from "#lib/enroll-secrets/enroll-secrets.ts";
import { secretsBody, secretsReply } from "#lib/enroll-secrets/schema.ts";
import { serializeSecrets } from "#lib/enroll-secrets/serialize.ts";
import { route } from "#lib/http/route.ts";
import { teamParams } from "#lib/teams/schema.ts";

export const GET = route(
  {
    summary: "A team's enroll secrets",
    params: teamParams,
    reply: serializeSecrets,
    response: secretsReply,
  },
  ({ viewer, params }) => listSecrets(viewer, { teamId: params.team_id }),
);

export const PATCH = route(
  {
    summary: "Replace a team's enroll secrets",
    params: teamParams,
    body: secretsBody,
    reply: serializeSecrets,
    response: secretsReply,
  },
  ({ viewer, params, body }) => replaceSecrets(viewer, { ...body, teamId: params.team_id }),
);
