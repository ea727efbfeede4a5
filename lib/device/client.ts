import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { isApiError } from "#lib/http/api-error.ts";
import { api } from "#lib/http/client.ts";
import type { DeviceReply } from "./schema.ts";

/** The page may stay open all day beside somebody's work. */
const REFETCH_MS = 15_000;
const REFETCHING_MS = 1_000;

const deviceKey = (token: string) => ["device", token] as const;

/** The token is the permission: no session is needed, and none is sent on purpose. */
export const deviceOptions = (token: string) =>
  queryOptions({
    queryKey: deviceKey(token),
    queryFn: ({ signal }) => api.get<DeviceReply>(`/fleet/device/${token}`, { signal }),
    refetchInterval: ({ state }) => {
      // A link that is over stays over; asking on would only use up the address's failures.
      if (isApiError(state.error) && state.error.status === 401) return false;
      return state.data?.host.refetch_requested ? REFETCHING_MS : REFETCH_MS;
    },
  });

export function useCheckAgain(token: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.post<object>(`/fleet/device/${token}/refetch`),
    onSuccess: () => client.invalidateQueries({ queryKey: deviceKey(token) }),
  });
}
