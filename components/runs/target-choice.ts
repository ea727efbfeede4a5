import type { RunTargetsInput } from "#lib/runs/schema.ts";
import type { Chosen } from "./chosen-list.tsx";

export const TARGET_MODES = ["sample", "groups", "hosts"] as const;
export type TargetMode = (typeof TARGET_MODES)[number];

/** What a person chose; what the other modes hold is kept while one is shown. */
export interface TargetChoice {
  mode: TargetMode;
  samplePerPlatform: number;
  labels: Chosen[];
  teams: Chosen[];
  hosts: Chosen[];
}

export const SAMPLE_SIZES = [1, 3, 5, 10, 50, 200] as const;

export const FIRST_CHOICE: TargetChoice = {
  mode: "sample",
  samplePerPlatform: 3,
  labels: [],
  teams: [],
  hosts: [],
};

const idsOf = (chosen: readonly Chosen[]) => chosen.map(({ id }) => id);

/** null: nothing is chosen yet. `teamId`: the team that a sample is taken of; null: all. */
export function targetsOf(
  choice: TargetChoice,
  teamId: number | null,
  platforms: RunTargetsInput["platforms"],
): RunTargetsInput | null {
  if (choice.mode === "hosts") {
    return choice.hosts.length > 0 ? { host_ids: idsOf(choice.hosts) } : null;
  }
  if (choice.mode === "groups") {
    const groups = { label_ids: idsOf(choice.labels), team_ids: idsOf(choice.teams) };
    return groups.label_ids.length + groups.team_ids.length > 0 ? groups : null;
  }
  return {
    sample_per_platform: choice.samplePerPlatform,
    team_ids: teamId === null ? [] : [teamId],
    platforms,
  };
}
