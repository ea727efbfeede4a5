import { queryOptions } from "@tanstack/react-query";
import { api } from "#lib/http/client.ts";
import type { TemplatesJson } from "./schema.ts";

/** The whole library, once: it is a part of the program, so another version of it is another page load. */
export const templatesOptions = queryOptions({
  queryKey: ["templates"] as const,
  queryFn: ({ signal }) => api.get<TemplatesJson>("/muster/templates", { signal }),
  staleTime: Number.POSITIVE_INFINITY,
});
