import { route } from "#lib/http/route.ts";
import { runCampaign } from "#lib/runs/campaign.ts";
import { campaignBody, campaignReply } from "#lib/runs/campaign-schema.ts";
import { serializeCampaign } from "#lib/runs/campaign-serialize.ts";

export const POST = route(
  {
    summary: "Run a live query on hosts, labels and teams by id",
    body: campaignBody,
    reply: serializeCampaign,
    response: campaignReply,
  },
  ({ viewer, body }) => runCampaign(viewer, body),
);
