import { useViewer } from "#components/layout/viewer.ts";
import { Badge } from "#components/ui/badge.tsx";
import { PassRate } from "#components/ui/pass-rate.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import type { VersionJson } from "#lib/policies/version-schema.ts";
import { changeWords } from "./revision-words.ts";
import { teamLabel } from "./team-label.ts";

const countsOf = (revision: VersionJson) => ({
  pass: revision.passing_host_count ?? 0,
  fail: revision.failing_host_count ?? 0,
  error: revision.error_host_count ?? 0,
  stale: revision.stale_host_count ?? 0,
  exempt: revision.exempt_host_count ?? 0,
});

interface RevisionRowProps {
  revision: VersionJson;
  onOpen: () => void;
}

/** One revision: what changed, who did it and why, and how the hosts answered it. */
export function RevisionRow({ revision, onOpen }: RevisionRowProps) {
  const viewer = useViewer();
  const teamName = (id: number | null) => (viewer ? teamLabel(viewer, id) : "");
  const isCurrent = revision.ended_at === null;
  return (
    <li className="relative flex flex-wrap items-start gap-x-6 gap-y-2 px-4 py-3 hover:bg-hover">
      <div className="min-w-0 flex-1 basis-64">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <button
            type="button"
            onClick={onOpen}
            className="rounded-xs text-left font-medium text-ink text-sm after:absolute after:inset-0 hover:underline"
          >
            {revision.version === 1
              ? "Made it"
              : changeWords(revision, teamName) || "Reset its results"}
          </button>
          {isCurrent && <Badge tone="accent">Current</Badge>}
        </p>
        {revision.reason && (
          <p className="mt-0.5 break-words text-muted text-sm">“{revision.reason}”</p>
        )}
        <p className="mt-0.5 text-faint text-xs">
          Revision {revision.version} · {revision.author_name || "Unknown"} ·{" "}
          <RelativeTime value={revision.created_at} />
        </p>
      </div>
      <div className="w-44 shrink-0">
        {revision.passing_host_count === null ? (
          <span className="text-faint text-xs">Counted over other teams’ hosts too</span>
        ) : (
          <>
            <PassRate counts={countsOf(revision)} />
            <span className="text-faint text-xs">{isCurrent ? "Now" : "When it ended"}</span>
          </>
        )}
      </div>
    </li>
  );
}
