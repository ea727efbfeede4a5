import { z } from "zod";

const IDS_MAX = 5_000;
const ids = z.array(z.int().nonnegative()).max(IDS_MAX, `Name ${IDS_MAX} at most`).nullish();

export const resetAutomationsBody = z.object({ team_ids: ids, policy_ids: ids });
export type ResetAutomations = z.output<typeof resetAutomationsBody>;
