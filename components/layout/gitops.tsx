"use client";

import { useQuery } from "@tanstack/react-query";
import { ExternalLink } from "lucide-react";
import { Banner } from "#components/ui/banner.tsx";
import { configOptions } from "#lib/settings/client.ts";
import { canWrite, useViewer } from "./viewer.ts";

/** Where policies, labels and teams are edited when it is not here; null: here. */
export function useRepositoryUrl(): string | null {
  const gitops = useQuery(configOptions()).data?.gitops;
  return gitops?.gitops_mode_enabled ? gitops.repository_url : null;
}

/** As canWrite, for what a repository may be the place of: policies, labels, teams. */
export function useMayEdit(teamId: number | null): boolean {
  const viewer = useViewer();
  const repositoryUrl = useRepositoryUrl();
  return canWrite(viewer, teamId) && repositoryUrl === null;
}

/** "github.com/example/fleet" of its URL. */
const shortUrl = (url: string) => url.replace(/^https?:\/\//, "").replace(/\/$/, "");

/** Says where to edit, to who would find the buttons here; nothing outside GitOps mode. */
export function EditedElsewhere({ teamId, what }: { teamId: number | null; what: string }) {
  const viewer = useViewer();
  const repositoryUrl = useRepositoryUrl();
  if (repositoryUrl === null || !canWrite(viewer, teamId)) return null;
  return (
    <Banner>
      {what} edited in{" "}
      <a
        href={repositoryUrl}
        target="_blank"
        rel="noreferrer"
        className="inline-flex items-center gap-1 font-medium text-accent-text underline underline-offset-3"
      >
        {shortUrl(repositoryUrl)}
        <ExternalLink aria-hidden className="size-3.5" />
        <span className="sr-only">(opens in a new tab)</span>
      </a>
      . What is changed there arrives here with its next run.
    </Banner>
  );
}
