import { type Database, databaseNow, transaction } from "#db/client.ts";
import { env } from "#lib/env.ts";
import { FailureLog } from "#lib/failure-log.ts";
import type { Log } from "#lib/log.ts";
import type { Metrics } from "#lib/metrics.ts";
import { ANSWER_MS_MAX, post } from "#lib/webhooks/post.ts";
import { type Outcome, waitSeconds } from "#lib/webhooks/retry.ts";
import { signedHeaders } from "#lib/webhooks/signature.ts";
import {
  claimDelivery,
  type DeliveryRow,
  selectDueDeliveries,
  selectDueWebhooks,
  selectWebhook,
  updateDelivery,
  type WebhookKey,
  type WebhookRow,
} from "#lib/webhooks/sql.ts";
import { opened } from "#lib/webhooks/webhook.ts";
import packageJson from "../../package.json" with { type: "json" };
import { type Payload, payloadOf } from "./payload.ts";
import { deleteUnsent, updateSent } from "./sql.ts";

/** Webhooks that are sent to side by side. */
const WEBHOOKS_AT_ONCE = 8;
/** What one webhook sends before others have their turn. */
const DELIVERIES_PER_TURN = 50;
/** After an attempt that failed the receiver is left alone, whatever else waits for it. */
const REST_MS = 10_000;
/** Longer than any attempt takes: by then whoever made it is dead. */
const CLAIM_SECONDS = (ANSWER_MS_MAX / 1000) * 3;
/** What a receiver that is back does not want to hear any more. */
const AGE_MS_MAX = 24 * 3_600_000;
const ERROR_CHARACTERS_MAX = 500;

export interface DelivererOptions {
  db: Database;
  log: Log;
  metrics: Metrics;
  restMs?: number;
  answerMsMax?: number;
}

/**
 * Sends what is due, each webhook's deliveries one after the other. Nobody waits for receivers but
 * their own deliveries: `begin` returns at once, and one that hangs takes one of WEBHOOKS_AT_ONCE
 * places, in turns with others.
 *
 * A delivery is claimed in its row before it is attempted, so any number of processes may do this. One
 * that ends between an answer and its commit attempts again with the same id: receivers get everything
 * at least once, and know by the id what they have.
 */
export class Deliverer {
  private readonly running = new Map<string, Promise<void>>();
  /** When a webhook's turn last ended, and when the next may begin. */
  private readonly turns = new Map<string, { endedAtMs: number; restsUntilMs: number }>();
  private readonly stopping = new AbortController();
  private readonly failures = new Map<string, FailureLog>();
  private failure: { error: unknown } | undefined;
  private readonly options: DelivererOptions;

  constructor(options: DelivererOptions) {
    this.options = options;
  }

  /** Begins what is due. Throws what went wrong of ours since the last time. */
  async begin(): Promise<void> {
    const { failure } = this;
    this.failure = undefined;
    if (failure) throw failure.error;
    const due = await selectDueWebhooks(this.options.db);
    const ready = due.filter((key) => this.isReady(key));
    ready.sort((a, b) => this.endedAtMs(a) - this.endedAtMs(b) || a.id - b.id);
    for (const key of ready.slice(0, WEBHOOKS_AT_ONCE - this.running.size)) {
      const name = nameOf(key);
      const turn = this.takeTurn(key)
        .catch((error: unknown) => {
          this.failure = { error };
        })
        .finally(() => this.running.delete(name));
      this.running.set(name, turn);
    }
  }

  /** Waits for what was begun. */
  async idle(): Promise<void> {
    await Promise.all(this.running.values());
  }

  /** Cuts off what is under way, which is attempted again by whoever comes next. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.idle();
  }

  private isReady(key: WebhookKey): boolean {
    const name = nameOf(key);
    return (
      !this.running.has(name) && (this.turns.get(name)?.restsUntilMs ?? 0) <= performance.now()
    );
  }

  private endedAtMs(key: WebhookKey): number {
    return this.turns.get(nameOf(key))?.endedAtMs ?? 0;
  }

  private async takeTurn(key: WebhookKey): Promise<void> {
    const { db, restMs = REST_MS } = this.options;
    const rows = await selectDueDeliveries(db, key, DELIVERIES_PER_TURN);
    let worked = true;
    for (const row of rows) {
      if (this.stopping.signal.aborted || !worked) break;
      if (await claimDelivery(db, row, CLAIM_SECONDS)) worked = await this.attempt(key, row);
    }
    const endedAtMs = performance.now();
    this.turns.set(nameOf(key), { endedAtMs, restsUntilMs: worked ? 0 : endedAtMs + restMs });
  }

  /** False when the receiver had better be left alone for a while. */
  private async attempt(key: WebhookKey, row: DeliveryRow): Promise<boolean> {
    const { db } = this.options;
    const webhook = await selectWebhook(db, key);
    const sends = webhook && (webhook.enabled || row.event === "test");
    const payload = sends ? await payloadOf(db, row) : undefined;
    if (!webhook || !payload) {
      await this.drop(row, sends ? "Nothing of it is so any more" : "The webhook is switched off");
      return true;
    }
    const outcome = await this.send(webhook, row, payload);
    if (this.stopping.signal.aborted && outcome.kind !== "taken") {
      await updateDelivery(db, row.id, {
        attempts: row.attempts,
        nextAttemptAt: await databaseNow(db),
      });
      return true;
    }
    await this.settle(row, payload, outcome);
    return outcome.kind !== "failed";
  }

  private send(webhook: WebhookRow, row: DeliveryRow, payload: Payload): Promise<Outcome> {
    const { url, secret } = opened(webhook);
    if (url === "" || secret === "") {
      const error = "The webhook has no URL that this server can read: enter it again";
      return Promise.resolve({ kind: "refused", error });
    }
    const body = JSON.stringify(payload.body);
    return post({
      url,
      body,
      headers: {
        "content-type": "application/json",
        "user-agent": `Muster/${packageJson.version}`,
        "muster-event": row.event,
        ...signedHeaders(secret, { uid: row.uid, at: new Date(), body }),
      },
      allowsPrivate: env().webhookPrivateAddresses,
      signal: this.stopping.signal,
      answerMsMax: this.options.answerMsMax,
    });
  }

  private async drop(row: DeliveryRow, error: string): Promise<void> {
    const { db } = this.options;
    await transaction(db, async (tx) => {
      // They were not told of: whoever fails on is news again.
      if (row.event === "failing" && row.policyId !== null) {
        await deleteUnsent(tx, row.policyId, row.hostIds ?? []);
      }
      const finishedAt = await databaseNow(tx);
      await updateDelivery(tx, row.id, { status: "dropped", finishedAt, error });
    });
    this.count(row, "dropped");
  }

  private async settle(row: DeliveryRow, payload: Payload, outcome: Outcome): Promise<void> {
    const { db } = this.options;
    const now = await databaseNow(db);
    const told = { responseStatus: outcome.status ?? null, sentHosts: payload.hostIds?.length };
    if (outcome.kind !== "taken") {
      const wait = this.waitAfter(row, outcome, now);
      const error = outcome.error.slice(0, ERROR_CHARACTERS_MAX);
      const next =
        wait === undefined
          ? { status: "failed", finishedAt: now }
          : { nextAttemptAt: new Date(now.getTime() + wait * 1000) };
      await updateDelivery(db, row.id, { ...told, ...next, error });
      // What went wrong and never where: the address may be a secret.
      this.failuresOf(row).failed({ delivery: row.id, event: row.event, error });
      return this.count(row, wait === undefined ? "failed" : "retry");
    }
    await transaction(db, async (tx) => {
      if (row.event === "failing" && row.policyId !== null) {
        await updateSent(tx, row.policyId, payload.hostIds ?? []);
      }
      await updateDelivery(tx, row.id, { ...told, status: "sent", finishedAt: now, error: null });
    });
    this.failuresOf(row).worked();
    this.count(row, "sent");
  }

  /** Seconds until the next attempt; undefined: there is none. */
  private waitAfter(row: DeliveryRow, outcome: Outcome, now: Date): number | undefined {
    const isOld = now.getTime() - row.createdAt.getTime() > AGE_MS_MAX;
    if (outcome.kind !== "failed" || isOld) return undefined;
    return waitSeconds(row.attempts + 1, outcome.retryAfterSeconds);
  }

  private failuresOf(row: DeliveryRow): FailureLog {
    const name = nameOf(row);
    const known = this.failures.get(name);
    if (known) return known;
    const made = new FailureLog(this.options.log, `cannot deliver to the webhook ${name}`);
    this.failures.set(name, made);
    return made;
  }

  private count({ kind }: DeliveryRow, outcome: "sent" | "retry" | "failed" | "dropped"): void {
    this.options.metrics.deliveries.inc({ kind, outcome });
  }
}

const nameOf = ({ kind, teamKey }: { kind: string; teamKey: number }): string =>
  `${kind} ${teamKey}`;
