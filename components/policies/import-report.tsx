import { Badge, type BadgeTone } from "#components/ui/badge.tsx";
import type { ImportItem } from "#lib/gitops/import-schema.ts";

const OUTCOMES: Record<ImportItem["outcome"], { label: string; tone: BadgeTone }> = {
  taken: { label: "Taken", tone: "pass" },
  changed: { label: "Changed", tone: "stale" },
  not_taken: { label: "Not taken", tone: "fail" },
};

const teamOf = ({ team }: ImportItem) =>
  team === null ? "" : team === "" ? ", all teams" : `, ${team}`;

/** What becomes of each thing of a file, and why. */
export function ImportReport({ items }: { items: readonly ImportItem[] }) {
  return (
    <ul className="divide-y divide-line rounded-lg border border-line">
      {items.map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: names repeat, and the list does not change
        <li key={index} className="px-3.5 py-2.5 text-sm">
          <div className="flex flex-wrap items-baseline gap-x-2 gap-y-1">
            <span className="min-w-0 break-words font-medium">{item.name}</span>
            <span className="text-faint text-xs">
              {item.kind}
              {teamOf(item)}
            </span>
            <Badge tone={OUTCOMES[item.outcome].tone} className="ml-auto">
              {OUTCOMES[item.outcome].label}
            </Badge>
          </div>
          {[...item.notes, ...item.warnings.map((text) => `Warning: ${text}`)].map((text) => (
            <p key={text} className="text-pretty text-muted text-xs">
              {text}
            </p>
          ))}
        </li>
      ))}
    </ul>
  );
}
