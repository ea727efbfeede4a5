import { queryOptions } from "@tanstack/react-query";
import { api } from "#lib/http/client.ts";
import type { EnrollmentJson } from "./schema.ts";

export const enrollmentOptions = () =>
  queryOptions({
    queryKey: ["enrollment"] as const,
    queryFn: ({ signal }) => api.get<EnrollmentJson>("/muster/enrollment", { signal }),
  });
