import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../errors.ts";

const KEY_BYTES = 32;

/**
 * The key under which secrets are stored, made on the first start. Whoever loses the file loses
 * the enroll secrets, so a backup needs it; whoever has it and the database can read them.
 */
export async function ensureSecretKey(dataDir: string): Promise<string> {
  const file = join(dataDir, "secret.key");
  await mkdir(dataDir, { recursive: true, mode: 0o700 }).catch((error: Error) => {
    throw new AppError("bad_request", `--data: ${dataDir} cannot be used: ${error.message}`);
  });
  try {
    // "wx": two servers that start together agree on the first one's key.
    await writeFile(file, randomBytes(KEY_BYTES).toString("base64"), { mode: 0o600, flag: "wx" });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  return (await readFile(file, "utf8")).trim();
}
