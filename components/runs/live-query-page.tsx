"use client";

import { Lock } from "lucide-react";
import { useMemo, useState } from "react";
import { EmptyState } from "#components/layout/empty-state.tsx";
import { Loading } from "#components/layout/loading.tsx";
import { PageHeader } from "#components/layout/page-header.tsx";
import { useTeam } from "#components/layout/use-team.ts";
import { canRun, useViewer } from "#components/layout/viewer.ts";
import { withoutPolicyDoubts } from "#components/sql/policy-doubts.ts";
import { SqlField } from "#components/sql/sql-field.tsx";
import { useSqlCheck } from "#components/sql/use-sql-check.ts";
import { Card } from "#components/ui/card.tsx";
import type { RunJson } from "#lib/runs/schema.ts";
import { RecentRuns } from "./recent-runs.tsx";
import { RunPanel } from "./run-panel.tsx";
import { useRun } from "./use-run.ts";

const FIRST_QUERY = "SELECT name, version, platform FROM os_version;";

/** Any query, on hosts, now. */
export function LiveQueryPage() {
  const viewer = useViewer();
  if (!viewer) return <Loading />;
  return (
    <>
      <PageHeader
        title="Live query"
        description="Asks hosts now, and shows their answers as they come. Runs are recorded."
      />
      {canRun(viewer) ? (
        <LiveQuery />
      ) : (
        <Card>
          <EmptyState
            icon={<Lock />}
            title="You may not run queries"
            description="Ask an admin for the role maintainer or observer+."
          />
        </Card>
      )}
    </>
  );
}

function LiveQuery() {
  const [teamId] = useTeam();
  const [query, setQuery] = useState(FIRST_QUERY);
  const checked = useSqlCheck(query)?.check;
  const check = useMemo(() => withoutPolicyDoubts(checked), [checked]);
  const control = useRun({ query, kind: "query", teamId });

  function show(run: RunJson) {
    setQuery(run.query);
    control.show(run.id);
    window.scrollTo({ top: 0 });
  }

  return (
    <div className="space-y-6">
      <SqlField
        value={query}
        onValueChange={setQuery}
        check={check}
        onRun={control.run}
        hint="Ctrl+Enter runs. Esc, then Tab leaves the editor."
      />
      <RunPanel control={control} />
      <RecentRuns onShow={show} />
    </div>
  );
}
