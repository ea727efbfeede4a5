"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { ErrorState } from "#components/layout/error-state.tsx";
import { hostsHref } from "#components/policies/policy-counts.ts";
import { Card } from "#components/ui/card.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { SkeletonText } from "#components/ui/skeleton.tsx";
import { formatNumber, plural } from "#lib/format.ts";
import { policyErrorsOptions } from "#lib/history/client.ts";
import type { ErrorsJson } from "#lib/history/history-schema.ts";

interface InView {
  policyId: number;
  teamId: number | null;
}

/** What osquery says is wrong, those of most hosts first. */
export function ErrorsCard({ policyId, teamId }: InView) {
  const errors = useQuery(policyErrorsOptions(policyId, teamId));
  const { data } = errors;
  return (
    <Card
      title="Errors by message"
      actions={
        data &&
        data.groups.length > 0 && (
          <Link
            href={hostsHref(policyId, "error", teamId)}
            className="text-accent-text text-sm underline-offset-3 hover:underline"
          >
            All hosts in error
          </Link>
        )
      }
    >
      {errors.isError && !data ? (
        <ErrorState
          title="The errors could not be loaded"
          error={errors.error}
          onRetry={() => errors.refetch()}
          retrying={errors.isFetching}
        />
      ) : !data ? (
        <SkeletonText lines={4} />
      ) : data.groups.length === 0 ? (
        <p className="text-muted text-sm">No host is in error.</p>
      ) : (
        <>
          <Groups groups={data.groups} />
          {data.groups_count > data.groups.length && (
            <p className="mt-2 text-muted text-xs">
              {formatNumber(data.groups_count - data.groups.length)} rarer ones are not shown.
            </p>
          )}
        </>
      )}
      {data && data.denylisted_count > 0 && (
        <Denylisted errors={data} allHref={hostsHref(policyId, "error", teamId)} />
      )}
    </Card>
  );
}

function Groups({ groups }: { groups: ErrorsJson["groups"] }) {
  return (
    <ul className="divide-y divide-line text-sm">
      {groups.map((group) => (
        <li key={`${group.message} ${group.osquery_version}`} className="py-2">
          <p className="break-words font-mono text-error text-xs">
            {group.message || "no message"}
          </p>
          <p className="mt-1 text-muted">
            <span className="font-medium text-ink">{plural(group.host_count, "host")}</span> with
            osquery {group.osquery_version || "of unknown version"}
            {group.host_count > group.hosts.length ? "; for example " : ": "}
            {group.hosts.map(({ id, display_name: name }, index) => (
              <span key={id} className="break-words">
                {index > 0 && ", "}
                <Link href={`/hosts/${id}`} className="underline underline-offset-3 hover:text-ink">
                  {name}
                </Link>
              </span>
            ))}
          </p>
        </li>
      ))}
    </ul>
  );
}

function Denylisted({ errors, allHref }: { errors: ErrorsJson; allHref: string }) {
  const { denylisted, denylisted_count: count } = errors;
  return (
    <section className="mt-4 border-line border-t pt-3 text-sm" aria-label="Denylisted">
      <h3 className="font-semibold">Denylisted on {plural(count, "host")}</h3>
      <p className="mt-1 text-muted">
        osquery’s watchdog stopped the query there because it took too much, and does not run it
        again for a day. Make it cheaper: constrain the table, or ask less often.
      </p>
      <ul className="mt-2 space-y-1">
        {denylisted.map((host) => (
          <li key={host.id} className="flex flex-wrap gap-x-3">
            <Link
              href={`/hosts/${host.id}`}
              className="font-medium underline-offset-3 hover:underline"
            >
              {host.display_name}
            </Link>
            <span className="text-muted">
              osquery {host.osquery_version}, <RelativeTime value={host.since} />
            </span>
          </li>
        ))}
      </ul>
      {count > denylisted.length && (
        <p className="mt-1 text-muted text-xs">
          The first {denylisted.length} by name. They are among{" "}
          <Link href={allHref} className="underline underline-offset-3 hover:text-ink">
            all hosts in error
          </Link>
          .
        </p>
      )}
    </section>
  );
}
