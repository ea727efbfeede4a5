import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { z } from "zod";
import { api, type Query } from "#lib/http/client.ts";
import type { createTeamBody, memberJson, TeamJson, updateTeamBody } from "./schema.ts";

type Member = z.output<typeof memberJson>;

export const teamKeys = {
  all: ["teams"] as const,
  list: (filter: Query) => ["teams", "list", filter] as const,
  detail: (id: number) => ["teams", "detail", id] as const,
  members: (id: number) => ["teams", "members", id] as const,
};

/** Filter: query, page, per_page, order_key, order_direction. */
export const teamListOptions = (filter: Query = {}) =>
  queryOptions({
    queryKey: teamKeys.list(filter),
    queryFn: ({ signal }) =>
      api.get<{ teams: TeamJson[] }>("/fleet/teams", { query: filter, signal }),
  });

export const teamOptions = (id: number) =>
  queryOptions({
    queryKey: teamKeys.detail(id),
    queryFn: ({ signal }) => api.get<{ team: TeamJson }>(`/fleet/teams/${id}`, { signal }),
  });

export const memberListOptions = (id: number) =>
  queryOptions({
    queryKey: teamKeys.members(id),
    queryFn: ({ signal }) => api.get<{ users: Member[] }>(`/fleet/teams/${id}/users`, { signal }),
  });

/**
 * A mutation after which everything is read again: hosts, policies and people name their teams,
 * and deleting one moves and removes them.
 */
function useTeamMutation<I, O>(mutationFn: (input: I) => Promise<O>) {
  const client = useQueryClient();
  return useMutation({ mutationFn, onSuccess: () => client.invalidateQueries() });
}

type TeamAnswer = { team: TeamJson };

export const useCreateTeam = () =>
  useTeamMutation((body: z.input<typeof createTeamBody>) =>
    api.post<TeamAnswer>("/fleet/teams", { body }),
  );

export const useUpdateTeam = () =>
  useTeamMutation(({ id, ...body }: z.input<typeof updateTeamBody> & { id: number }) =>
    api.patch<TeamAnswer>(`/fleet/teams/${id}`, { body }),
  );

export const useDeleteTeam = () =>
  useTeamMutation((id: number) => api.delete<object>(`/fleet/teams/${id}`));

/** null takes the global options. */
export const useSetTeamAgentOptions = () =>
  useTeamMutation(({ id, options }: { id: number; options: object | null }) =>
    api.post<TeamAnswer>(`/fleet/teams/${id}/agent_options`, { body: options }),
  );

export const useAddMembers = () =>
  useTeamMutation(({ id, users }: { id: number; users: Pick<Member, "id" | "role">[] }) =>
    api.patch<TeamAnswer>(`/fleet/teams/${id}/users`, { body: { users } }),
  );

export const useRemoveMembers = () =>
  useTeamMutation(({ id, users }: { id: number; users: Pick<Member, "id">[] }) =>
    api.delete<TeamAnswer>(`/fleet/teams/${id}/users`, { body: { users } }),
  );
