import type { Executor, Transaction } from "#db/client.ts";
import { env } from "#lib/env.ts";
import { holdPolicies } from "#lib/revisions.ts";
import { readSettings } from "#lib/settings/settings.ts";
import type { KnownLabel } from "./known-labels.ts";
import { judgedPolicy, type Rules, readRules } from "./rules.ts";
import { selectJudgedPolicies } from "./sql.ts";
import type { Gate, JudgedPolicy } from "./verdict.ts";

/** A policy as answers to it are judged. */
export interface AnsweredPolicy extends JudgedPolicy {
  /** Value of the policies revision since which the SQL is in force. */
  queryRevision: number;
}

/** Everything a verdict depends on besides the host. */
export interface Bench extends Rules {
  policies: AnsweredPolicy[];
  gate: Gate;
}

/** With `hostIds`, to judge these hosts alone. */
export async function readBench(executor: Executor, hostIds?: readonly number[]): Promise<Bench> {
  const rows = await selectJudgedPolicies(executor);
  const rules = await readRules(executor, hostIds);
  const { gate } = await readSettings(executor);
  const fallback = env().policyUpdateIntervalSeconds;
  return { ...rules, gate, policies: rows.map((row) => judgedPolicy(row, rules, fallback)) };
}

/** As readBench, and no policy changes until the transaction ends. */
export async function holdBench(tx: Transaction, hostIds?: readonly number[]): Promise<Bench> {
  await holdPolicies(tx);
  return readBench(tx, hostIds);
}

/** Policies by id and labels by id, as a commit looks them up. */
export interface Court {
  policies: ReadonlyMap<number, AnsweredPolicy>;
  labels: ReadonlyMap<number, KnownLabel>;
  hasExemptions: boolean;
  gate: Gate;
}

export const courtOf = ({ policies, labels, exemptions, gate }: Bench): Court => ({
  policies: new Map(policies.map((policy) => [policy.id, policy])),
  labels: new Map(labels.map((label) => [label.id, label])),
  hasExemptions: exemptions.size > 0,
  gate,
});
