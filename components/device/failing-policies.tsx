import { CircleX } from "lucide-react";
import { Badge } from "#components/ui/badge.tsx";
import { Markdown } from "#components/ui/markdown.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import type { DevicePolicyJson } from "#lib/device/schema.ts";

/** What to mend, with the steps in the open: nobody should have to look for them. */
export function FailingPolicies({ policies }: { policies: readonly DevicePolicyJson[] }) {
  if (policies.length === 0) return null;
  return (
    <section aria-labelledby="to-fix">
      <h2 id="to-fix" className="mb-3 font-semibold text-lg">
        How to fix {policies.length === 1 ? "it" : "them"}
      </h2>
      <ol className="space-y-3">
        {policies.map((policy) => (
          <li key={policy.id}>
            <FailingPolicy policy={policy} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function FailingPolicy({ policy }: { policy: DevicePolicyJson }) {
  return (
    <article className="rounded-lg border border-line bg-surface shadow-xs">
      <header className="flex gap-3 px-4 pt-4 sm:px-5">
        <CircleX aria-hidden className="mt-0.5 size-5 shrink-0 text-fail" />
        <div className="min-w-0 flex-1">
          <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <h3 className="min-w-0 break-words font-semibold text-base">{policy.name}</h3>
            {policy.critical && <Badge tone="fail">Important</Badge>}
          </div>
          {policy.description && (
            <p className="mt-0.5 text-pretty text-muted text-sm">{policy.description}</p>
          )}
        </div>
      </header>
      <div className="px-4 pt-3 pb-4 sm:pr-5 sm:pl-13">
        {policy.resolution ? (
          <Markdown>{policy.resolution}</Markdown>
        ) : (
          <p className="text-muted text-sm">
            There are no steps for this one yet. Please ask for help.
          </p>
        )}
        {policy.since && (
          <p className="mt-3 text-faint text-xs">
            Fails since <RelativeTime value={policy.since} />
          </p>
        )}
      </div>
    </article>
  );
}
