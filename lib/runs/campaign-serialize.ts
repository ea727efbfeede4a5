import type { z } from "zod";
import type { campaignReply } from "./campaign-schema.ts";
import type { RunRow } from "./sql.ts";

const RUNNING = 1;

export function serializeCampaign(run: RunRow): z.output<typeof campaignReply> {
  const at = run.createdAt.toISOString();
  return {
    campaign: {
      created_at: at,
      updated_at: at,
      Metrics: {
        TotalHosts: run.hosts,
        OnlineHosts: run.onlineHosts,
        OfflineHosts: run.hosts - run.onlineHosts,
        MissingInActionHosts: 0,
        NewHosts: 0,
      },
      id: run.id,
      query_id: null,
      status: RUNNING,
      user_id: run.authorId ?? 0,
    },
  };
}
