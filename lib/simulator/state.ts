import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import type { FleetMember, FleetState } from "./fleet.ts";

/** A missing or broken file is an empty state: the hosts enroll again, which costs nothing. */
export async function loadState(file: string): Promise<FleetState> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as FleetState;
  } catch {
    return {};
  }
}

/** Readable for the owner alone, as node keys are credentials. Replaces the file in one step. */
export async function saveState(file: string, members: readonly FleetMember[]): Promise<void> {
  const state: FleetState = Object.fromEntries(
    members.map(({ host, agent }) => [
      host.profile.uuid,
      { nodeKey: agent.nodeKey(), changedTables: host.changedTables() },
    ]),
  );
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(`${file}.new`, JSON.stringify(state), { mode: 0o600 });
  await rename(`${file}.new`, file);
}
