import { join } from "node:path";
import { migrate } from "#db/migrate.ts";
import { startEmbeddedMysql } from "../embedded-mysql/embedded-mysql.ts";
import type { Env } from "../env.ts";
import { AppError } from "../errors.ts";

export interface Storage {
  databaseUrl: string;
  stop: () => Promise<void>;
  /** Resolves when an embedded database has ended; stays pending for the operator's own. */
  ended: Promise<void>;
}

async function open(env: Env): Promise<Storage> {
  if (env.databaseUrl) {
    return {
      databaseUrl: env.databaseUrl,
      stop: async () => undefined,
      ended: new Promise(() => undefined),
    };
  }
  const { url, stop, ended } = await startEmbeddedMysql({
    dataDir: join(env.dataDir, "mysql"),
    mysqld: env.mysqld,
    searchPath: env.searchPath,
  });
  return { databaseUrl: url, stop, ended };
}

/** The server's name and the driver's reason, without the password that the URL holds. */
function unusable(databaseUrl: string, cause: unknown): AppError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new AppError("unavailable", `--database-url: ${new URL(databaseUrl).host}: ${reason}`, {
    cause,
  });
}

/** The database with its schema up to date: the operator's own, or the embedded one, started. */
export async function openStorage(env: Env): Promise<Storage> {
  const storage = await open(env);
  try {
    await migrate(storage.databaseUrl);
    return storage;
  } catch (error) {
    await storage.stop();
    throw env.databaseUrl ? unusable(env.databaseUrl, error) : error;
  }
}
