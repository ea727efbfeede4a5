import { SqlEditor } from "#components/monaco/sql-editor.tsx";
import { Card } from "#components/ui/card.tsx";
import { Markdown } from "#components/ui/markdown.tsx";
import type { PolicyJson } from "#lib/policies/schema.ts";
import { PolicyFacts } from "./policy-facts.tsx";
import { PolicyResults } from "./policy-results.tsx";

/** How the hosts stand, what is asked, and how to fix it. On a phone the hosts come first. */
export function PolicyOverview({ policy }: { policy: PolicyJson }) {
  return (
    <div className="grid gap-6 lg:grid-cols-[minmax(0,1fr)_19rem]">
      <div className="flex min-w-0 flex-col gap-6 lg:order-last">
        <PolicyResults policy={policy} />
        <PolicyFacts policy={policy} />
      </div>
      <div className="flex min-w-0 flex-col gap-6">
        <section aria-label="Query">
          <h2 className="mb-2 font-semibold text-base">Query</h2>
          <SqlEditor readOnly value={policy.query} />
        </section>
        <Card title="How to fix it">
          {policy.resolution ? (
            <Markdown>{policy.resolution}</Markdown>
          ) : (
            <p className="text-muted text-sm">Nobody has written down how to fix this yet.</p>
          )}
        </Card>
      </div>
    </div>
  );
}
