import { z } from "zod";
import { HOSTS_MAX, QUERY_CHARACTERS_MAX } from "./limits.ts";

const LABELS_MAX = 1_000;
const NAME_CHARACTERS_MAX = 255;

/** Go's clients send null for an empty list. */
const list = <S extends z.ZodType>(item: S, most: number) =>
  z
    .array(item)
    .max(most, `at most ${most} at a time`)
    .nullish()
    .transform((given) => [...new Set(given ?? [])]);

const query = z
  .string()
  .max(QUERY_CHARACTERS_MAX, `query may have ${QUERY_CHARACTERS_MAX} characters at most`)
  .nullish()
  .transform((text) => text ?? "");
const queryId = z.int().nonnegative().nullish();

/** fleetctl sends [""] for none. */
const names = (most: number) =>
  list(z.string().max(NAME_CHARACTERS_MAX), most).transform((given) =>
    given.filter((name) => name.trim() !== ""),
  );

const id = z.int().nonnegative();

export const campaignBody = z.object({
  query,
  query_id: queryId,
  selected: z.object({
    hosts: list(id, HOSTS_MAX),
    labels: list(id, LABELS_MAX),
    teams: list(id, LABELS_MAX),
  }),
});
export type NewCampaign = z.output<typeof campaignBody>;

export const namedCampaignBody = z.object({
  query,
  query_id: queryId,
  selected: z.object({ hosts: names(LABELS_MAX), labels: names(LABELS_MAX) }),
});
export type NamedCampaign = z.output<typeof namedCampaignBody>;

export const campaignReply = z.object({
  campaign: z.object({
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
    Metrics: z.object({
      TotalHosts: z.int(),
      OnlineHosts: z.int(),
      OfflineHosts: z.int(),
      MissingInActionHosts: z.int(),
      NewHosts: z.int(),
    }),
    id: z.int(),
    query_id: z.int().nullable(),
    /** 0 waiting, 1 running, 2 complete. */
    status: z.int(),
    user_id: z.int(),
  }),
});

export const hostQueryBody = z.object({ query });

export const hostQueryReply = z.object({
  host_id: z.int(),
  query: z.string(),
  status: z.enum(["online", "offline"]),
  /** null: the host failed, or has not answered in time. */
  rows: z.array(z.record(z.string(), z.string())).nullable(),
  error: z.string().optional(),
});
export type HostQueryJson = z.output<typeof hostQueryReply>;
