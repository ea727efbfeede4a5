import { route } from "#lib/http/route.ts";
import { runCampaignByNames } from "#lib/runs/campaign.ts";
import { campaignReply, namedCampaignBody } from "#lib/runs/campaign-schema.ts";
import { serializeCampaign } from "#lib/runs/campaign-serialize.ts";

export const POST = route(
  {
    summary: "Run a live query on hosts by identifier and labels by name",
    body: namedCampaignBody,
    reply: serializeCampaign,
    response: campaignReply,
  },
  ({ viewer, body }) => runCampaignByNames(viewer, body),
);
