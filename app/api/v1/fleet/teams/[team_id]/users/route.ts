import { route } from "#lib/http/route.ts";
import { addMembers, listMembers, removeMembers } from "#lib/teams/members.ts";
import {
  addMembersBody,
  membersReply,
  removeMembersBody,
  teamParams,
  teamReply,
} from "#lib/teams/schema.ts";
import { serializeMembers, serializeTeamReply } from "#lib/teams/serialize.ts";

export const GET = route(
  {
    summary: "List a team's people",
    params: teamParams,
    reply: serializeMembers,
    response: membersReply,
  },
  ({ viewer, params }) => listMembers(viewer, { id: params.team_id }),
);

export const PATCH = route(
  {
    summary: "Give people a role in a team",
    params: teamParams,
    body: addMembersBody,
    reply: serializeTeamReply,
    response: teamReply,
  },
  ({ viewer, params, body }) => addMembers(viewer, { ...body, id: params.team_id }),
);

export const DELETE = route(
  {
    summary: "Take people out of a team",
    params: teamParams,
    body: removeMembersBody,
    reply: serializeTeamReply,
    response: teamReply,
  },
  ({ viewer, params, body }) => removeMembers(viewer, { ...body, id: params.team_id }),
);
