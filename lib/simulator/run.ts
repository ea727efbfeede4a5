import { startControlServer } from "./control-server.ts";
import { type FleetOptions, startFleet } from "./fleet.ts";
import { loadState, saveState } from "./state.ts";

export interface RunFleetOptions extends Omit<FleetOptions, "saved"> {
  /** Unix socket for `muster simulate set` and its like. None without. */
  controlSocketPath?: string;
  /** Keeps node keys and changed tables through a restart. Nothing is kept without. */
  stateFile?: string;
  /** Called once the agents are running and the control socket, if any, listens. */
  onStarted?: (hostCount: number) => void;
}

/**
 * Runs a fleet until the signal aborts, then stops agents, control socket and timers, and saves.
 * Rejects when the control socket is taken.
 */
export async function runFleet({
  controlSocketPath,
  stateFile,
  onStarted,
  ...options
}: RunFleetOptions): Promise<void> {
  const ended = new AbortController();
  const signal = AbortSignal.any([options.signal, ended.signal]);
  const saved = stateFile ? await loadState(stateFile) : undefined;
  const fleet = await startFleet({ ...options, signal, saved });
  const { members } = fleet;
  const reportFailure = (error: unknown) => options.log?.(`cannot save state: ${String(error)}`);
  // One save after another: two at once would write the same new file.
  let saving = Promise.resolve();
  const save = () => {
    if (stateFile) saving = saving.then(() => saveState(stateFile, members)).catch(reportFailure);
    return saving;
  };
  try {
    const control = controlSocketPath
      ? await startControlServer({ socketPath: controlSocketPath, members, onChange: save })
      : undefined;
    onStarted?.(members.length);
    await fleet.done.finally(() => control?.close());
  } finally {
    ended.abort();
    await fleet.done.catch(() => undefined);
    await save();
  }
}
