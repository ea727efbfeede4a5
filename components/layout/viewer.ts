"use client";

import { queryOptions, useQuery } from "@tanstack/react-query";
import { api } from "#lib/http/client.ts";

export type Role = "admin" | "maintainer" | "observer" | "observer_plus" | "gitops";

export interface ViewerTeam {
  id: number;
  name: string;
  role?: Role;
}

export interface Viewer {
  user: {
    id: number;
    name: string;
    email: string;
    /** Null for people who belong to teams. */
    global_role: Role | null;
    teams: ViewerTeam[];
  };
  /** The teams this person may choose. */
  available_teams: ViewerTeam[];
}

export const viewerOptions = queryOptions({
  queryKey: ["viewer"],
  queryFn: ({ signal }) => api.get<Viewer>("/fleet/me", { signal }),
  // A role rarely changes, and the server checks it on every call anyway.
  staleTime: 300_000,
});

/** The signed-in person, or undefined while loading. */
export function useViewer(): Viewer | undefined {
  return useQuery(viewerOptions).data;
}

const WRITERS: readonly (Role | null | undefined)[] = ["admin", "maintainer"];

/**
 * Whether to offer changes at all: `teamId` null asks for everything global, a number for that
 * team. Only a courtesy of the console; the API decides.
 */
export function canWrite(viewer: Viewer | undefined, teamId: number | null): boolean {
  if (!viewer) return false;
  if (WRITERS.includes(viewer.user.global_role)) return true;
  return viewer.user.teams.some((team) => team.id === teamId && WRITERS.includes(team.role));
}

const RUNNERS: readonly (Role | null | undefined)[] = ["admin", "maintainer", "observer_plus"];

/** Whether to offer live queries at all: on every host, or on those of some team. */
export function canRun(viewer: Viewer | undefined): boolean {
  if (!viewer) return false;
  if (RUNNERS.includes(viewer.user.global_role)) return true;
  return viewer.user.teams.some((team) => RUNNERS.includes(team.role));
}

export function isAdmin(viewer: Viewer | undefined): boolean {
  return viewer?.user.global_role === "admin";
}
