import type { Executor } from "#db/client.ts";
import { env } from "#lib/env.ts";
import { readSettings } from "#lib/settings/settings.ts";
import { holdPolicies, selectJudgedPolicies } from "./sql.ts";
import type { Gate, JudgedPolicy } from "./verdict.ts";

/** Everything a verdict depends on besides the host. */
export interface Bench {
  policies: JudgedPolicy[];
  gate: Gate;
}

type JudgedRow = Awaited<ReturnType<typeof selectJudgedPolicies>>[number];

/** Fills in the server's interval where the policy has none. */
export const judgedPolicy = (row: JudgedRow, intervalSeconds: number): JudgedPolicy => ({
  ...row,
  intervalSeconds: row.intervalSeconds ?? intervalSeconds,
});

export async function readBench(executor: Executor): Promise<Bench> {
  const rows = await selectJudgedPolicies(executor);
  const { gate } = await readSettings(executor);
  const seconds = env().policyUpdateIntervalSeconds;
  return { gate, policies: rows.map((row) => judgedPolicy(row, seconds)) };
}

/** As readBench, and no policy changes until the transaction ends. */
export async function holdBench(tx: Parameters<typeof holdPolicies>[0]): Promise<Bench> {
  const rows = await holdPolicies(tx);
  const { gate } = await readSettings(tx);
  const seconds = env().policyUpdateIntervalSeconds;
  return { gate, policies: rows.map((row) => judgedPolicy(row, seconds)) };
}
