import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { z } from "zod";
import { CommandError, EXIT } from "./exit-codes.ts";
import type { Variables } from "./terminal.ts";

const signIn = z.object({
  email: z.string(),
  token: z.string(),
  /** PEM of the authority that signed the server's certificate. */
  caFile: z.string().optional(),
});
export type SignIn = z.output<typeof signIn>;

/**
 * By address, and never one token for all: a token must not travel to another server because
 * somebody gave another --address.
 */
const signIns = z.object({
  /** The server that commands go to unless told otherwise. */
  current: z.string(),
  servers: z.record(z.string(), signIn),
});
export type SignIns = z.output<typeof signIns>;

export function signInsFile(variables: Variables): string {
  const folder = variables.XDG_CONFIG_HOME || join(variables.HOME || homedir(), ".config");
  return join(folder, "muster", "config.json");
}

export async function readSignIns(file: string): Promise<SignIns> {
  const content = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return '{"current":"","servers":{}}';
    throw new CommandError(EXIT.failed, `${file} cannot be read: ${error.message}`);
  });
  try {
    return signIns.parse(JSON.parse(content));
  } catch (cause) {
    const hint = "Delete it and sign in again: muster login";
    throw new CommandError(EXIT.usage, `${file} is not a file of this program.`, hint, cause);
  }
}

/** For its owner alone. Written beside and renamed, so that a crash leaves the old or the new. */
export async function writeSignIns(file: string, content: SignIns): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(`${file}.new`, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}
