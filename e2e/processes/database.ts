import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inject } from "vitest";
import { type EmbeddedMysql, startEmbeddedMysql } from "#lib/embedded-mysql/embedded-mysql.ts";
import { env } from "#lib/env.ts";

/**
 * A database server of the test's own, migrated, to be killed. Durable unless told otherwise: a killed one
 * must have what it committed.
 */
export class TestDatabase {
  readonly folder: string;
  private readonly fast: boolean;
  private running: EmbeddedMysql | undefined;
  private lastUrl = "";
  private hasEnded = false;

  private constructor(folder: string, fast: boolean) {
    this.folder = folder;
    this.fast = fast;
  }

  /** In a new folder, or in a given one that the caller removes. */
  static async start(options: { folder?: string; fast?: boolean } = {}): Promise<TestDatabase> {
    const folder = options.folder ?? (await mkdtemp(join(tmpdir(), "muster-db-")));
    await cp(inject("databaseTemplate"), folder, { recursive: true });
    const database = new TestDatabase(folder, options.fast ?? false);
    await database.start();
    return database;
  }

  /** The same before and after a restart. */
  get url(): string {
    return this.lastUrl;
  }

  /** Starts it again on the same data, behind the same socket. */
  async start(): Promise<void> {
    const { mysqld, searchPath } = env();
    const { folder: dataDir, fast } = this;
    const running = await startEmbeddedMysql({ dataDir, fast, mysqld, searchPath });
    this.running = running;
    this.hasEnded = false;
    void running.ended.then(() => {
      if (this.running === running) this.hasEnded = true;
    });
    this.lastUrl = this.running.url;
  }

  /** Starts it again in case it ended by itself, as a machine's service manager does. */
  async revive(): Promise<void> {
    if (!this.hasEnded) return;
    await this.stop();
    await this.start();
  }

  async stop(): Promise<void> {
    await this.running?.stop();
    this.running = undefined;
  }

  /** As if its machine lost power, but for what the disk had not written yet. */
  async kill(): Promise<void> {
    await this.signal("SIGKILL");
    await this.running?.ended;
    await this.stop();
  }

  /** It keeps its connections and answers nothing until it is resumed. */
  pause(): Promise<void> {
    return this.signal("SIGSTOP");
  }

  resume(): Promise<void> {
    return this.signal("SIGCONT");
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  private async signal(name: NodeJS.Signals): Promise<void> {
    process.kill(Number(await readFile(join(this.folder, "mysqld.pid"), "utf8")), name);
  }
}
