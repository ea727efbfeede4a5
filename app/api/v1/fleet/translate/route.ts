import { route } from "#lib/http/route.ts";
import { translateBody, translateReply } from "#lib/translate/schema.ts";
import { translate } from "#lib/translate/translate.ts";

export const POST = route(
  {
    summary: "Find ids of users, teams and hosts by their names",
    body: translateBody,
    response: translateReply,
  },
  ({ viewer, body }) => translate(viewer, body),
);
