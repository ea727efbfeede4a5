import { ChangeList } from "#components/activities/change-list.tsx";
import { useViewer } from "#components/layout/viewer.ts";
import { SqlDiff } from "#components/monaco/sql-diff.tsx";
import { SqlEditor } from "#components/monaco/sql-editor.tsx";
import type { VersionJson } from "#lib/policies/version-schema.ts";
import { fieldName, fieldText } from "./revision-words.ts";
import { teamLabel } from "./team-label.ts";

/** What a revision is about itself, and not about the policy. */
const ABOUT = new Set([
  ...["version", "revision", "author_id", "author_name", "reason", "created_at", "ended_at"],
  ...["before", "after", "pass_rate", "query"],
]);

const isDecided = (field: string) => !ABOUT.has(field) && !field.endsWith("_host_count");

/** Two revisions: their SQL beside each other, and every other field that differs. */
export function RevisionComparison({ before, after }: { before: VersionJson; after: VersionJson }) {
  const viewer = useViewer();
  const teamName = (id: number | null) => (viewer ? teamLabel(viewer, id) : "");
  const fields = Object.keys(after).filter(isDecided) as (keyof VersionJson)[];
  const changes = fields
    .map((field) => ({
      field: fieldName(field),
      before: fieldText(field, before[field], teamName),
      after: fieldText(field, after[field], teamName),
    }))
    .filter((change) => change.before !== change.after);
  return (
    <div className="space-y-5">
      <section aria-label="SQL">
        <h3 className="mb-2 font-semibold text-sm">
          {before.query === after.query ? "SQL, the same in both" : "SQL"}
        </h3>
        {before.query === after.query ? (
          <SqlEditor readOnly value={after.query} />
        ) : (
          <SqlDiff before={before.query} after={after.query} />
        )}
      </section>
      {changes.length > 0 && (
        <section aria-label="Other fields">
          <h3 className="mb-2 font-semibold text-sm">Other fields</h3>
          <ChangeList changes={changes} />
        </section>
      )}
    </div>
  );
}
