import { afterAll, expect, onTestFinished } from "vitest";
import { type Database, openDatabase, transaction } from "#db/client.ts";
import { releaseDatabase, setDatabase } from "#lib/database.ts";
import { addSecret } from "#lib/enroll-secrets/enroll-secrets.ts";
import { raiseRevision } from "#lib/revisions.ts";
import { insertPolicy } from "#lib/testing/policies.ts";
import { COUNTS_OFF } from "#lib/worker/roll-up.ts";
import { TestDatabase } from "./database.ts";
import { Fleet } from "./fleet.ts";
import type { HostOptions } from "./host.ts";
import { Ledger, type Outcome } from "./ledger.ts";
import { type ServerOptions, TestServer } from "./server.ts";

/** Of the test itself; the rest are the servers'. */
const CONNECTIONS = 3;
/** Errors are rare, or now and then most of a few hosts had one, and the server would say so. */
const ERROR_SHARE = 0.1;
/** What a server may hold more after the trouble than before: caches that filled, compiled code. */
const GROWTH_BYTES_MAX = 32 * 1024 * 1024;
/** Times that one thing may be said of one outage, and for each minute it lasts; a loop says it every second. */
const SAID_MAX = 2;
/** Different things that may be said of one outage: what each part of a server could not do. */
const DIFFERENT_MAX = 12;
/** Hosts are asked again at once, so that answers never cease. */
const RESTLESS = [
  "--osquery_policy_update_interval=1s",
  "--osquery_max_jitter_percent=0",
  "--policy-rollout-hosts-per-second=100000",
];

export interface WorldOptions {
  policies?: number;
  servers?: number;
  server?: ServerOptions;
  database?: { folder?: string; fast?: boolean };
}

export function anyOutcome(): Outcome {
  if (Math.random() < ERROR_SHARE) return "error";
  return Math.random() < 0.5 ? "pass" : "fail";
}

/**
 * A database and servers as processes of their own, on one ledger. Domain functions called by the
 * test work on the same database.
 */
export class World {
  readonly database: TestDatabase;
  readonly db: Database;
  readonly ledger = new Ledger();
  readonly servers: TestServer[] = [];
  /** Those that were killed and replaced. */
  private readonly gone: TestServer[] = [];
  readonly policyIds: number[] = [];
  secret = "";
  private readonly options: WorldOptions;
  private closing: Promise<void> | undefined;
  private readonly usedBytes = new Map<TestServer, number>();

  private constructor(database: TestDatabase, db: Database, options: WorldOptions) {
    this.database = database;
    this.db = db;
    this.options = options;
  }

  private static async open(options: WorldOptions): Promise<World> {
    const database = await TestDatabase.start(options.database);
    const db = openDatabase(database.url, CONNECTIONS);
    setDatabase(db);
    const world = new World(database, db, options);
    for (let n = 0; n < (options.policies ?? 3); n++) {
      world.policyIds.push(await insertPolicy({ critical: n === 0 }));
    }
    world.secret = await transaction(db, async (tx) => {
      await raiseRevision(tx, "config");
      return addSecret(tx, null);
    });
    return world;
  }

  private close(): Promise<void> {
    this.closing ??= this.end();
    return this.closing;
  }

  private async end(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.kill()));
    await releaseDatabase();
    await this.database.remove();
  }

  /** With its servers started. */
  private static async start(options: WorldOptions): Promise<World> {
    const world = await World.open(options);
    const count = options.servers ?? 1;
    await Promise.all(Array.from({ length: count }, () => world.startServer())).catch(
      async (error) => {
        await world.close();
        throw error;
      },
    );
    return world;
  }

  /** Runs `work` in a world of its own, and leaves no process behind. */
  static async run(options: WorldOptions, work: (world: World) => Promise<void>): Promise<void> {
    const world = await World.start(options);
    // A test that ran out of time never comes to its end.
    onTestFinished(() => world.close());
    try {
      await work(world);
    } finally {
      await world.close();
    }
  }

  /**
   * One world for the tests of a file, ended after the last: starting costs more than most troubles,
   * and servers must get over one after the other. Call it at the top of the file.
   */
  static async shared(options: WorldOptions): Promise<World> {
    const world = await World.start(options);
    afterAll(() => world.close());
    return world;
  }

  async startServer(options: ServerOptions = {}): Promise<TestServer> {
    const given = { ...this.options.server, ...options };
    const argv = [...RESTLESS, ...(given.argv ?? [])];
    const server = await TestServer.start(this.database.url, { ...given, argv });
    this.servers.push(server);
    return server;
  }

  /** Ends a server without a word and starts another on its port. */
  async replaceServer(server: TestServer): Promise<TestServer> {
    await server.kill();
    this.servers.splice(this.servers.indexOf(server), 1);
    this.gone.push(server);
    return this.startServer({ port: server.port });
  }

  /** Any server, as a load balancer that knows no better would choose. */
  readonly anyUrl = (): string =>
    this.servers[Math.floor(Math.random() * this.servers.length)]?.url ?? "http://127.0.0.1:9";

  /** Enrolled hosts that answer at random unless told otherwise; not running yet. The same ones each time. */
  async fleet(size: number, options: Partial<HostOptions> = {}): Promise<Fleet> {
    const common = { url: this.anyUrl, ledger: this.ledger, outcome: anyOutcome, ...options };
    const fleet = new Fleet(
      Array.from({ length: size }, (_, n) => ({ identifier: `host-${n + 1}`, ...common })),
    );
    // Those of a test that fails must not go on in the next.
    onTestFinished(() => fleet.abandon());
    await fleet.enroll(this.secret);
    return fleet;
  }

  /** Starts the hosts and resolves when all is well: every host has been heard. */
  async warmUp(fleet: Fleet): Promise<void> {
    fleet.run();
    await fleet.heardFromAll();
    for (const server of this.servers) {
      this.usedBytes.set(server, await server.usedBytes());
      server.forgetComplaints();
    }
  }

  /**
   * What must hold after every trouble: hosts are heard again by themselves and none was sent to
   * enroll, the books are in order without the roll-up having had to mend them, memory is back, and the
   * log of every server says `says`, and has not said the same over and over.
   */
  async expectMended(fleet: Fleet, says: readonly string[] = []): Promise<void> {
    await fleet.heardFromAll();
    await fleet.stop();
    expect(fleet.count((host) => host.nodeInvalid)).toBe(0);
    await this.ledger.check(this.db);
    this.expectNoDrift();
    this.expectFewWords();
    for (const server of this.servers) {
      // Since its start: the same is said once a minute, and tests follow each other sooner.
      expect(server.lines.map(({ msg }) => msg)).toEqual(expect.arrayContaining([...says]));
    }
    // Of one that was started meanwhile: as of those before it.
    const usual = Math.max(...this.usedBytes.values());
    for (const server of this.servers) {
      const before = this.usedBytes.get(server) ?? usual;
      await expect
        .poll(() => server.usedBytes(), { timeout: 10_000, interval: 1_000 })
        .toBeLessThan(before + GROWTH_BYTES_MAX);
    }
  }

  /** Counts were never off: whoever gets the worker's lease mends them, so that none are off now. */
  expectNoDrift(): void {
    const said = [...this.servers, ...this.gone].flatMap(({ lines }) => lines);
    expect(said.filter(({ msg }) => msg === COUNTS_OFF)).toEqual([]);
  }

  /** No server has said the same over and over, nor many things that differ in a word. */
  expectFewWords(): void {
    for (const server of [...this.servers, ...this.gone]) {
      const complaints = Object.entries(server.complaints());
      for (const [said, times] of complaints) {
        const timesMax = SAID_MAX + server.minutes;
        expect(times, `${said}\n${server.transcript()}`).toBeLessThanOrEqual(timesMax);
      }
      expect(complaints.length, server.transcript()).toBeLessThanOrEqual(DIFFERENT_MAX);
    }
  }
}
