import { cn } from "#components/ui/cn.ts";
import type { Change } from "./changes.ts";
import { type DiffLine, lineDiff } from "./line-diff.ts";

/** Fields before and after. The words "before" and "after" reach those who see no colours. */
export function ChangeList({ changes }: { changes: Change[] }) {
  return (
    <dl className="grid gap-x-4 gap-y-3 text-xs sm:grid-cols-[minmax(6rem,auto)_minmax(0,1fr)]">
      {changes.map((change) => (
        <div key={change.field} className="contents">
          <dt className="pt-1 font-medium text-muted first-letter:uppercase max-sm:-mb-2">
            {change.field}
          </dt>
          <dd className="min-w-0">
            <Diff lines={lineDiff(change.before ?? "", change.after ?? "")} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

const LOOKS = {
  same: { mark: " ", label: "", className: "text-muted" },
  removed: { mark: "−", label: "before: ", className: "bg-fail-soft text-fail" },
  added: { mark: "+", label: "after: ", className: "bg-pass-soft text-pass" },
};

function Diff({ lines }: { lines: DiffLine[] }) {
  return (
    <div className="overflow-hidden rounded-md border border-line bg-surface py-1 font-mono leading-relaxed">
      {lines.map((line, index) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: a diff is never reordered.
          key={index}
          className={cn("flex gap-2 px-2.5", LOOKS[line.kind].className)}
        >
          <span aria-hidden className="w-2 shrink-0 select-none">
            {LOOKS[line.kind].mark}
          </span>
          <span className="sr-only">{LOOKS[line.kind].label}</span>
          <span className="min-w-0 whitespace-pre-wrap break-words">{line.text || " "}</span>
        </div>
      ))}
    </div>
  );
}
