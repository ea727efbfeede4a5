"use client";

import { Boxes, CircleDashed, UsersRound } from "lucide-react";
import { Combobox, type ComboboxOption } from "#components/ui/combobox.tsx";
import { useTeam } from "./use-team.ts";
import { useViewer, type Viewer } from "./viewer.ts";

const ALL_TEAMS = "all";

/** Chooses whose hosts and policies are in view. One team and no global role: nothing to choose. */
export function TeamSwitcher() {
  const viewer = useViewer();
  const [teamId, setTeamId] = useTeam();
  if (!viewer || (viewer.user.global_role === null && viewer.available_teams.length < 2)) {
    return null;
  }
  return (
    <Combobox
      aria-label="Team in view"
      searchPlaceholder="Find a team…"
      emptyText="No team of that name."
      options={teamOptions(viewer)}
      value={teamId === null ? ALL_TEAMS : String(teamId)}
      onValueChange={(next) => setTeamId(next === null || next === ALL_TEAMS ? null : Number(next))}
      className="border-line-strong font-medium"
    />
  );
}

function teamOptions(viewer: Viewer): ComboboxOption[] {
  const teams = viewer.available_teams
    .filter((team) => team.id > 0)
    .map((team) => ({ value: String(team.id), label: team.name, icon: <TeamIcon /> }));
  const all = {
    value: ALL_TEAMS,
    label: "All teams",
    icon: <Boxes aria-hidden className={ICON} />,
  };
  const none = {
    value: "0",
    label: "No team",
    icon: <CircleDashed aria-hidden className={ICON} />,
  };
  return viewer.user.global_role === null ? [all, ...teams] : [all, ...teams, none];
}

const ICON = "size-4 shrink-0 text-muted";

function TeamIcon() {
  return <UsersRound aria-hidden className={ICON} />;
}
