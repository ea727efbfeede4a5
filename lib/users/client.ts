import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { z } from "zod";
import { api, type Query } from "#lib/http/client.ts";
import type {
  CreateToken,
  createTokenReply,
  createUserBody,
  createUserReply,
  Me,
  SessionJson,
  UserJson,
  updateUserBody,
} from "./schema.ts";

type NewUser = z.input<typeof createUserBody>;
type UserPatch = z.input<typeof updateUserBody>;

export const userKeys = {
  all: ["users"] as const,
  me: ["users", "me"] as const,
  list: (filter: Query) => ["users", "list", filter] as const,
  detail: (id: number) => ["users", "detail", id] as const,
  sessions: ["users", "sessions"] as const,
  tokens: ["users", "tokens"] as const,
  tokensOf: (id: number) => ["users", "tokens", id] as const,
};

export const meOptions = () =>
  queryOptions({
    queryKey: userKeys.me,
    queryFn: ({ signal }) => api.get<Me>("/fleet/me", { signal }),
  });

/** Filter: query, team_id, page, per_page, order_key, order_direction. */
export const userListOptions = (filter: Query = {}) =>
  queryOptions({
    queryKey: userKeys.list(filter),
    queryFn: ({ signal }) =>
      api.get<{ users: UserJson[] }>("/fleet/users", { query: filter, signal }),
  });

export const userOptions = (id: number) =>
  queryOptions({
    queryKey: userKeys.detail(id),
    queryFn: ({ signal }) => api.get<{ user: UserJson }>(`/fleet/users/${id}`, { signal }),
  });

export const sessionListOptions = () =>
  queryOptions({
    queryKey: userKeys.sessions,
    queryFn: ({ signal }) => api.get<{ sessions: SessionJson[] }>("/muster/sessions", { signal }),
  });

export const tokenListOptions = () =>
  queryOptions({
    queryKey: userKeys.tokens,
    queryFn: ({ signal }) => api.get<{ tokens: SessionJson[] }>("/muster/tokens", { signal }),
  });

/** Tokens of an API-only user. */
export const userTokenListOptions = (id: number) =>
  queryOptions({
    queryKey: userKeys.tokensOf(id),
    queryFn: ({ signal }) =>
      api.get<{ tokens: SessionJson[] }>(`/muster/users/${id}/tokens`, { signal }),
  });

/** A mutation after which everything about users is read again. */
function useUserMutation<I, O>(mutationFn: (input: I) => Promise<O>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn,
    onSuccess: () => client.invalidateQueries({ queryKey: userKeys.all }),
  });
}

/** The answer of an API-only user has the token, which is not shown again. */
export const useCreateUser = () =>
  useUserMutation((body: NewUser) =>
    api.post<z.output<typeof createUserReply>>("/fleet/users/admin", { body }),
  );

export const useUpdateUser = () =>
  useUserMutation(({ id, ...body }: UserPatch & { id: number }) =>
    api.patch<{ user: UserJson }>(`/fleet/users/${id}`, { body }),
  );

export const useDeleteUser = () =>
  useUserMutation((id: number) => api.delete<object>(`/fleet/users/${id}`));

export const useRequirePasswordReset = () =>
  useUserMutation(({ id, require }: { id: number; require: boolean }) =>
    api.post<{ user: UserJson }>(`/fleet/users/${id}/require_password_reset`, {
      body: { require },
    }),
  );

export const useChangePassword = () =>
  useUserMutation((body: { old_password: string; new_password: string }) =>
    api.post<object>("/fleet/change_password", { body }),
  );

/** For people who must choose a new password before anything else. */
export const usePerformRequiredPasswordReset = () =>
  useUserMutation((body: { new_password: string }) =>
    api.post<{ user: UserJson }>("/fleet/perform_required_password_reset", { body }),
  );

/** Also revokes tokens: they are sessions. */
export const useRevokeSession = () =>
  useUserMutation((id: number) => api.delete<object>(`/muster/sessions/${id}`));

export const useCreateToken = () =>
  useUserMutation((body: CreateToken) =>
    api.post<z.output<typeof createTokenReply>>("/muster/tokens", { body }),
  );

export const useCreateTokenFor = () =>
  useUserMutation(({ id, ...body }: CreateToken & { id: number }) =>
    api.post<z.output<typeof createTokenReply>>(`/muster/users/${id}/tokens`, { body }),
  );
