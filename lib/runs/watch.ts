import { currentViewer } from "#lib/auth/authenticate.ts";
import { isInScope, type TeamScope, teamScope } from "#lib/auth/permissions.ts";
import { SYSTEM, type Viewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { AppError } from "#lib/errors.ts";
import { FailureLog } from "#lib/failure-log.ts";
import { log } from "#lib/http/request-log.ts";
import { requireRun } from "./runs.ts";
import { type CountedRow, type Progress, selectCounted, selectProgress } from "./sql.ts";

/** Whoever looks sees an answer within this and its commit. */
const TICK_MS = 500;
/**
 * How far a tick looks back past the newest answer it knows: answers are dated before their commit,
 * and a transaction takes 12 s at most.
 */
const OVERLAP_MS = 15_000;
/** People and programs that follow runs by way of this process. */
const LOOKERS_MAX = 400;
const RETRY_AFTER_SECONDS = 10;
/**
 * Whoever loses a session or a right is told no more after this, and at the next step. Teams of hosts
 * are as old as that, too.
 */
const RIGHTS_MS = 5_000;
/** One watch is for all who look; each is told of the hosts that are theirs. */
const ALL_HOSTS = teamScope(SYSTEM, "query:run");

/**
 * A run as those who look at it follow it: one small statement per tick, however many look. On
 * globalThis, because Next loads modules once per bundle.
 */
const holder = globalThis as {
  musterRunWatches?: Map<number, RunWatch>;
  musterRunsLeft?: boolean;
};

/** For a process that ends: who follows runs here is let go, and goes on at another server. */
export function letFollowersGo(): void {
  holder.musterRunsLeft = true;
  for (const watch of holder.musterRunWatches?.values() ?? []) watch.tell();
}

export class RunWatch {
  /** The hosts, as far as they are counted. */
  readonly hosts = new Map<number, CountedRow>();
  /** Those that answered, in the order in which it was noticed. */
  readonly answered: number[] = [];
  /** Nothing more comes. */
  isOver = false;
  private isStopped = false;
  private readonly runId: number;
  private lookers = 0;
  private newestMs = 0;
  private teamsAtMs = Number.NEGATIVE_INFINITY;
  private timer: NodeJS.Timeout | undefined;
  private reading: Promise<void> | undefined;
  private readonly waiting = new Set<() => void>();
  private readonly failures = new FailureLog(log(), "cannot follow a run");

  constructor(runId: number) {
    this.runId = runId;
  }

  /** Begins to look. Resolves when what is known is as of now; `release` ends it. */
  static async of(runId: number): Promise<RunWatch> {
    holder.musterRunWatches ??= new Map();
    const watches = holder.musterRunWatches;
    const lookers = [...watches.values()].reduce((sum, one) => sum + one.lookers, 0);
    if (lookers >= LOOKERS_MAX) throw tooMany();
    const watch = watches.get(runId) ?? new RunWatch(runId);
    watches.set(runId, watch);
    watch.lookers++;
    try {
      await watch.read();
    } catch (error) {
      watch.release();
      throw error;
    }
    watch.schedule();
    return watch;
  }

  release(): void {
    this.lookers--;
    if (this.lookers > 0) return;
    clearTimeout(this.timer);
    holder.musterRunWatches?.delete(this.runId);
  }

  /** Those of the scope, by the teams that they have now. */
  hostsOf(scope: TeamScope): CountedRow[] {
    return [...this.hosts.values()].filter(({ teamId }) => isInScope(scope, teamId));
  }

  /** Resolves at the next news, or after `limitMs`, or when the looker leaves. */
  news(limitMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(limit);
        signal.removeEventListener("abort", end);
        this.waiting.delete(end);
        resolve();
      };
      const limit = setTimeout(end, limitMs);
      signal.addEventListener("abort", end);
      this.waiting.add(end);
      if (signal.aborted) end();
    });
  }

  /** Ends the waiting for news. */
  tell(): void {
    for (const end of [...this.waiting]) end();
  }

  private schedule(): void {
    clearTimeout(this.timer);
    if (this.lookers === 0 || this.isOver) return;
    this.timer = setTimeout(async () => {
      try {
        await this.read();
        this.failures.worked();
      } catch (err) {
        this.failures.failed(err);
      }
      this.schedule();
    }, TICK_MS);
  }

  private read(): Promise<void> {
    this.reading ??= this.readOnce().finally(() => {
      this.reading = undefined;
    });
    return this.reading;
  }

  private async readOnce(): Promise<void> {
    if (this.isOver) return;
    if (performance.now() - this.teamsAtMs >= RIGHTS_MS) await this.readTeams();
    const since = new Date(Math.max(0, this.newestMs - OVERLAP_MS));
    const progress = await selectProgress(database(), this.runId, since);
    await this.take(progress);
    const isOver = progress.isOver || this.answered.length >= this.hosts.size;
    const isStop = progress.isStopped && !this.isStopped;
    const isNews = isOver || isStop || progress.answered.length > 0;
    this.isStopped = progress.isStopped;
    this.isOver = isOver;
    if (isNews) this.tell();
  }

  /** The hosts with their teams; an answer counts from when it is noticed. */
  private async readTeams(): Promise<void> {
    const startedAtMs = performance.now();
    for (const host of await selectCounted(database(), ALL_HOSTS, this.runId)) {
      const known = this.hosts.get(host.hostId) ?? { ...host, state: "waiting", answeredAt: null };
      this.hosts.set(host.hostId, { ...known, teamId: host.teamId });
    }
    this.teamsAtMs = startedAtMs;
  }

  private async take({ answered }: Progress): Promise<void> {
    const ids = answered
      .map(({ hostId }) => hostId)
      .filter((hostId) => !this.hosts.get(hostId)?.answeredAt);
    if (ids.length === 0) return;
    for (const host of await selectCounted(database(), ALL_HOSTS, this.runId, ids)) {
      if (!host.answeredAt) continue;
      this.hosts.set(host.hostId, host);
      this.answered.push(host.hostId);
      this.newestMs = Math.max(this.newestMs, host.answeredAt.getTime());
    }
  }
}

const tooMany = () =>
  new AppError("too_many_requests", "Too many people follow runs at the moment.", {
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });

interface Looking {
  watch: RunWatch;
  /** With the rights of the last few seconds. */
  viewer: Viewer;
}

export type Step =
  | (Looking & { kind: "hosts"; hostIds: number[] })
  | (Looking & { kind: "quiet" | "over" });

export interface Following {
  /** Who is told. */
  viewer: Viewer;
  runId: number;
  signal: AbortSignal;
  /** When nothing happens for so long, a step says so. */
  quietMs: number;
  /** Leaves out answers that are clearly older. */
  sinceMs?: number;
}

/** Hosts per step: each is read with its rows. */
const HOSTS_PER_STEP = 50;

/**
 * What happens in a run: a first sign of life, the hosts that answered so far and from now on, a sign
 * when nothing happens, and the end. Throws as requireRun does once the viewer may not see it any more.
 */
export async function* follow({
  runId,
  signal,
  quietMs,
  sinceMs = 0,
  ...following
}: Following): AsyncGenerator<Step> {
  const watch = await RunWatch.of(runId);
  let { viewer } = following;
  let checkedAtMs = performance.now();
  try {
    yield { kind: "quiet", watch, viewer };
    const isNew = (hostId: number) =>
      (watch.hosts.get(hostId)?.answeredAt?.getTime() ?? 0) >= sinceMs - OVERLAP_MS;
    for (let at = 0; ; ) {
      const step = watch.answered.slice(at, at + HOSTS_PER_STEP);
      at += step.length;
      if (performance.now() - checkedAtMs >= RIGHTS_MS) {
        viewer = await currentViewer(viewer);
        await requireRun(viewer, runId);
        checkedAtMs = performance.now();
      }
      const hostIds = step.filter(isNew);
      if (hostIds.length > 0) yield { kind: "hosts", hostIds, watch, viewer };
      if (step.length > 0) continue;
      if (watch.isOver) {
        yield { kind: "over", watch, viewer };
        return;
      }
      await watch.news(quietMs, signal);
      if (signal.aborted || holder.musterRunsLeft) return;
      if (at === watch.answered.length && !watch.isOver) yield { kind: "quiet", watch, viewer };
    }
  } finally {
    watch.release();
  }
}
