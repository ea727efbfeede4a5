import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "#lib/http/client.ts";
import type { ConfigJson, SettingsJson } from "./config-schema.ts";

export const settingsKeys = {
  all: ["settings"] as const,
  settings: ["settings", "own"] as const,
  config: ["settings", "config"] as const,
};

export const settingsOptions = () =>
  queryOptions({
    queryKey: settingsKeys.settings,
    queryFn: ({ signal }) => api.get<{ settings: SettingsJson }>("/muster/settings", { signal }),
  });

/** Fleet's shape: update intervals and, for global admins, agent options. */
export const configOptions = () =>
  queryOptions({
    queryKey: settingsKeys.config,
    queryFn: ({ signal }) => api.get<ConfigJson>("/fleet/config", { signal }),
  });

/** The gate among the settings decides every verdict, so everything is read again. */
export function useUpdateSettings() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Partial<SettingsJson>) =>
      api.patch<{ settings: SettingsJson }>("/muster/settings", { body }),
    onSuccess: () => client.invalidateQueries(),
  });
}

export function useUpdateAgentOptions() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (agentOptions: object) =>
      api.patch<ConfigJson>("/fleet/config", { body: { agent_options: agentOptions } }),
    onSuccess: () => client.invalidateQueries({ queryKey: settingsKeys.all }),
  });
}
