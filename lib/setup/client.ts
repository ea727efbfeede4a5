import { queryOptions, useMutation } from "@tanstack/react-query";
import type { z } from "zod";
import { api } from "#lib/http/client.ts";
import type { setupBody, setupReply, setupStateReply } from "./schema.ts";

/** Whether the server is set up, and whose it is; also for people who are not signed in. */
export const setupStateOptions = () =>
  queryOptions({
    queryKey: ["setup"] as const,
    queryFn: ({ signal }) => api.get<z.output<typeof setupStateReply>>("/muster/setup", { signal }),
  });

/** Afterwards sign in with the same e-mail address and password, which sets the cookie. */
export const useSetUp = () =>
  useMutation({
    mutationFn: (body: z.input<typeof setupBody>) =>
      api.post<z.output<typeof setupReply>>("/setup", { body }),
  });
