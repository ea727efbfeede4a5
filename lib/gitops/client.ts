import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "#lib/http/client.ts";
import type { ImportReply, ImportRequest } from "./import-schema.ts";

/** A dry run is the preview. What was written is read again: policies, labels, and hosts by them. */
export function useImport() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: ImportRequest) => api.post<ImportReply>("/muster/import", { body }),
    onSuccess: ({ dry_run }) => {
      if (dry_run) return undefined;
      const stale = ["policies", "labels", "hosts"].map((key) => ({ queryKey: [key] }));
      return Promise.all(stale.map((filter) => client.invalidateQueries(filter)));
    },
  });
}
