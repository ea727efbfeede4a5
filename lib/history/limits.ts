import type { RowDataPacket } from "mysql2/promise";
import type { Executor } from "#db/client.ts";
import { authorize, GLOBAL } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { badRequest } from "#lib/errors.ts";
import { plural } from "#lib/format.ts";
import { readSettings } from "#lib/settings/settings.ts";
import type { HistoryJson } from "./history-schema.ts";

const MS_PER_DAY = 86_400_000;
/** A browser's clock may be a little ahead of the database's. */
const AHEAD_MS_MAX = 60_000;
/** Names of settings. "full": verdicts and labels of hosts as well, which were kept later. */
const BEGUN = { any: "historyBegan", full: "fullHistoryBegan" };

export interface HistoryLimits {
  now: Date;
  /** undefined: the worker has not written down yet what there was before. */
  beganAt: Date | undefined;
  /** Since when verdicts and labels of hosts are kept as well. */
  fullAt: Date | undefined;
  days: number;
}

/** How far back one can look. Days are a setting; history began when the worker first said so. */
export async function readHistoryLimits(executor: Executor): Promise<HistoryLimits> {
  const [[rows], settings] = await Promise.all([
    executor.$client.query<RowDataPacket[]>(
      `SELECT UTC_TIMESTAMP(3) AS now, (SELECT value FROM settings WHERE name = ?) AS began,
       (SELECT value FROM settings WHERE name = ?) AS full`,
      [BEGUN.any, BEGUN.full],
    ),
    readSettings(executor),
  ]);
  const row = rows[0];
  const momentOf = (text: unknown) =>
    typeof text === "string" ? new Date(JSON.parse(text)) : undefined;
  return {
    now: row?.now ?? new Date(),
    beganAt: momentOf(row?.began),
    fullAt: momentOf(row?.full),
    days: settings.historyDays,
  };
}

/** The first to say so is right: what follows was all written down. */
export async function markHistoryBegan(
  executor: Executor,
  what: keyof typeof BEGUN,
  at: Date,
): Promise<void> {
  await executor.$client.query(
    "INSERT IGNORE INTO settings (name, value, updated_at) VALUES (?, ?, ?)",
    [BEGUN[what], JSON.stringify(at.toISOString()), at],
  );
}

export const retentionLimit = ({ now, days }: Pick<HistoryLimits, "now" | "days">): Date =>
  new Date(now.getTime() - days * MS_PER_DAY);

/** Throws `bad_request`, and says how far back one can look, for a moment that nobody knows about. */
export function requireKnown(at: Date, limits: HistoryLimits, name: string): void {
  const { now, beganAt, days } = limits;
  if (at.getTime() > now.getTime() + AHEAD_MS_MAX) {
    throw badRequest(`${name} is in the future: it is ${now.toISOString()} now`);
  }
  if (!beganAt) {
    throw badRequest(`${name}: history has not begun yet; a worker begins it when it starts`);
  }
  if (at < beganAt) {
    throw badRequest(`${name} is before history began, which was at ${beganAt.toISOString()}`);
  }
  const oldest = retentionLimit(limits);
  if (at < oldest) {
    const limit = `history is kept for ${plural(days, "day")} (setting history_days)`;
    throw badRequest(`${name} is too long ago: ${limit}, back to ${oldest.toISOString()}`);
  }
}

/** Whether verdicts, labels and all vitals of hosts were kept at a moment. */
export const isFull = (at: Date, { fullAt }: Pick<HistoryLimits, "fullAt">): boolean =>
  fullAt !== undefined && at >= fullAt;

/** Throws `bad_request` for a moment from before they were. */
export function requireFull(at: Date, limits: HistoryLimits, name: string): void {
  if (isFull(at, limits)) return;
  const since = limits.fullAt?.toISOString() ?? "a worker of this version has run";
  throw badRequest(`${name} was not kept at that moment, but is since ${since}`);
}

/** For people who choose a moment. */
export async function getHistoryLimits(viewer: Viewer): Promise<HistoryJson> {
  authorize(viewer, "policy:read", GLOBAL);
  const limits = await readHistoryLimits(database());
  const kept = retentionLimit(limits);
  const { beganAt, days } = limits;
  const oldest = beganAt && new Date(Math.max(beganAt.getTime(), kept.getTime()));
  return {
    days,
    oldest_at: oldest?.toISOString() ?? null,
    verdicts_and_labels_at: limits.fullAt?.toISOString() ?? null,
  };
}
