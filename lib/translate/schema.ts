import { z } from "zod";

const ITEMS_MAX = 1_000;

export const translateBody = z.object({
  list: z
    .array(
      z.object({
        type: z.enum(
          ["user", "label", "team", "fleet", "host"],
          "type is not one of user, label, team, fleet, host",
        ),
        payload: z.object({ identifier: z.string().min(1).max(255) }),
      }),
    )
    .max(ITEMS_MAX),
});
export type Translate = z.output<typeof translateBody>;

export const translateReply = z.object({
  list: z.array(
    z.object({
      type: z.string(),
      payload: z.object({ identifier: z.string(), id: z.number().int() }),
    }),
  ),
});
