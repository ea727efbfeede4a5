import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "#lib/http/client.ts";
import type { SecretJson } from "./schema.ts";

/** null: the global secrets, which enroll hosts into no team. */
type Owner = number | null;

export const secretKeys = {
  all: ["enroll-secrets"] as const,
  list: (owner: Owner) => ["enroll-secrets", owner] as const,
};

async function fetchSecrets(owner: Owner, signal: AbortSignal): Promise<SecretJson[]> {
  if (owner !== null) {
    const path = `/fleet/teams/${owner}/secrets`;
    return (await api.get<{ secrets: SecretJson[] }>(path, { signal })).secrets;
  }
  const path = "/fleet/spec/enroll_secret";
  return (await api.get<{ spec: { secrets: SecretJson[] } }>(path, { signal })).spec.secrets;
}

export const secretListOptions = (owner: Owner) =>
  queryOptions({
    queryKey: secretKeys.list(owner),
    queryFn: ({ signal }) => fetchSecrets(owner, signal),
  });

function useSecretMutation<I, O>(mutationFn: (input: I) => Promise<O>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn,
    onSuccess: () => client.invalidateQueries({ queryKey: secretKeys.all }),
  });
}

/** Makes these the only secrets; removing one is leaving it out. */
export const useReplaceSecrets = () =>
  useSecretMutation(({ owner, secrets }: { owner: Owner; secrets: string[] }) => {
    const list = { secrets: secrets.map((secret) => ({ secret })) };
    return owner === null
      ? api.post<object>("/fleet/spec/enroll_secret", { body: { spec: list } })
      : api.patch<object>(`/fleet/teams/${owner}/secrets`, { body: list });
  });

/** A new secret; the present ones end after `overlapHours`. */
export const useRotateSecret = () =>
  useSecretMutation(({ owner, overlapHours }: { owner: Owner; overlapHours: number }) =>
    api.post<{ secrets: SecretJson[] }>("/muster/enroll_secrets/rotate", {
      body: { team_id: owner, overlap_hours: overlapHours },
    }),
  );
