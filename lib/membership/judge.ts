import type { Executor, Transaction } from "#db/client.ts";
import { env } from "#lib/env.ts";
import { readSettings } from "#lib/settings/settings.ts";
import { holdPolicies, selectJudgedPolicies } from "./sql.ts";
import type { Gate, JudgedPolicy } from "./verdict.ts";

/** A policy as answers to it are judged. */
export interface AnsweredPolicy extends JudgedPolicy {
  /** Value of the policies revision since which the SQL is in force. */
  queryRevision: number;
}

/** Everything a verdict depends on besides the host. */
export interface Bench {
  policies: AnsweredPolicy[];
  gate: Gate;
}

export async function readBench(executor: Executor): Promise<Bench> {
  const rows = await selectJudgedPolicies(executor);
  const { gate } = await readSettings(executor);
  const fallback = env().policyUpdateIntervalSeconds;
  const policies = rows.map((row) => ({
    ...row,
    intervalSeconds: row.intervalSeconds ?? fallback,
  }));
  return { gate, policies };
}

/** As readBench, and no policy changes until the transaction ends. */
export async function holdBench(tx: Transaction): Promise<Bench> {
  await holdPolicies(tx);
  return readBench(tx);
}
