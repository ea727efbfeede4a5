import { plural } from "#lib/format.ts";
import type { RunHostJson } from "#lib/runs/schema.ts";
import { HOSTS_KEPT_MAX } from "./run-progress-state.ts";

/** Hosts' names under a message; the table has the rest. */
const NAMES_SHOWN = 5;

interface RunErrorsProps {
  failed: readonly RunHostJson[];
  /** Whether other hosts had an error, too. */
  isCut: boolean;
}

/** Errors by message, the most frequent first. */
export function RunErrors({ failed, isCut }: RunErrorsProps) {
  if (failed.length === 0) {
    return (
      <p className="py-6 text-center text-muted text-sm">
        {isCut
          ? `None of the first ${HOSTS_KEPT_MAX} hosts that answered had an error. The CSV has the others.`
          : "No host had an error."}
      </p>
    );
  }
  return (
    <div className="space-y-2">
      <ErrorGroups hosts={failed} />
      {isCut && (
        <p className="text-muted text-xs">
          These are of the first {HOSTS_KEPT_MAX} hosts that answered. The CSV has all errors.
        </p>
      )}
    </div>
  );
}

function ErrorGroups({ hosts }: { hosts: readonly RunHostJson[] }) {
  const groups = new Map<string, RunHostJson[]>();
  for (const host of hosts) {
    if (host.error === null) continue;
    groups.set(host.error, [...(groups.get(host.error) ?? []), host]);
  }
  const ordered = [...groups].sort(([, a], [, b]) => b.length - a.length);
  return (
    <ul className="divide-y divide-line rounded-md border border-line">
      {ordered.map(([message, failed]) => (
        <li key={message} className="space-y-1 px-4 py-3 text-sm">
          <p className="break-words font-mono text-xs">{message}</p>
          <p className="text-muted text-xs">
            {plural(failed.length, "host")}: {namesOf(failed)}
          </p>
        </li>
      ))}
    </ul>
  );
}

function namesOf(hosts: readonly RunHostJson[]): string {
  const names = hosts.slice(0, NAMES_SHOWN).map((host) => host.display_name);
  const more = hosts.length - names.length;
  return more > 0 ? `${names.join(", ")} and ${more} more` : names.join(", ");
}
