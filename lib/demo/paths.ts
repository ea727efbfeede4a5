import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A socket address holds 103 bytes on macOS. */
const SOCKET_PATH_BYTES_MAX = 100;

/** Where the demo's simulated hosts take commands ("muster simulate set ..."). */
export function simulatorSocketPath(dataDir: string): string {
  const beside = join(dataDir, "simulator.sock");
  if (Buffer.byteLength(beside) <= SOCKET_PATH_BYTES_MAX) return beside;
  const short = createHash("sha256").update(dataDir).digest("hex").slice(0, 12);
  return join(tmpdir(), `muster-${short}.sock`);
}

/** Node keys and changed tables of the demo's hosts. */
export const simulatorStateFile = (dataDir: string) => join(dataDir, "simulator.json");
