import Link from "next/link";
import { NoCounts } from "#components/history/no-counts.tsx";
import { Card } from "#components/ui/card.tsx";
import { cn } from "#components/ui/cn.ts";
import { PassRate } from "#components/ui/pass-rate.tsx";
import { plural } from "#lib/format.ts";
import type { TagsThenJson, TagThenJson } from "#lib/history/roll-up-schema.ts";
import type { RollUp } from "#lib/policies/action-schema.ts";
import { countsOf } from "./policy-counts.ts";
import { frameworkHref, tagHref } from "./tag-list.tsx";

type Group = Pick<RollUp, "policies"> & Partial<RollUp>;

interface TagCardsProps {
  /** What is not counted yet, or never will be, has no counts. */
  groups: Pick<TagsThenJson, "tags" | "frameworks">;
  teamId: number | null;
  /** The moment that they are of, where it is not now. */
  asOf?: string;
  isError?: boolean;
}

/** Frameworks with their controls, and the tags that are of none. */
export function TagCards({ groups, ...list }: TagCardsProps) {
  const plain = groups.tags.filter((tag) => tag.framework === null);
  return (
    <div className="flex flex-col gap-6">
      {groups.frameworks.map((one) => (
        <Card
          key={one.framework}
          flush
          title={one.framework}
          description={`${plural(one.controls, "control")}, ${plural(one.policies, "policy", "policies")}`}
          actions={
            <>
              <Rate group={one} isError={list.isError} className="w-40 max-sm:hidden" />
              <Link
                href={frameworkHref(one.framework, list)}
                className="text-accent-text text-sm underline-offset-3 hover:underline"
              >
                Show policies
              </Link>
            </>
          }
        >
          <Lines tags={groups.tags.filter((tag) => tag.framework === one.framework)} {...list} />
        </Card>
      ))}
      {plain.length > 0 && (
        <Card flush title="Tags">
          <Lines tags={plain} {...list} />
        </Card>
      )}
    </div>
  );
}

interface LinesProps extends Omit<TagCardsProps, "groups"> {
  tags: readonly TagThenJson[];
}

function Lines({ tags, isError, ...list }: LinesProps) {
  return (
    <ul className="divide-y divide-line">
      {tags.map((one) => (
        <li
          key={one.tag}
          className="relative flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2.5 text-sm hover:bg-hover"
        >
          <Link
            href={tagHref(one.tag, list)}
            title={one.tag}
            className="min-w-0 flex-1 basis-32 truncate font-medium after:absolute after:inset-0 hover:underline"
          >
            {one.control ?? one.tag}
          </Link>
          <span className="w-24 shrink-0 text-muted text-xs tabular-nums">
            {plural(one.policies, "policy", "policies")}
          </span>
          <Rate group={one} isError={isError} className="w-44 shrink-0" />
        </li>
      ))}
    </ul>
  );
}

const isCounted = (group: Group): group is RollUp => group.passing_host_count !== undefined;

interface RateProps {
  group: Group;
  isError?: boolean;
  className: string;
}

function Rate({ group, isError = false, className }: RateProps) {
  if (isCounted(group)) return <PassRate counts={countsOf(group)} className={className} />;
  // As high as what comes.
  return (
    <span className={cn("flex h-4.5 items-center justify-end text-xs", className)}>
      <NoCounts isError={isError} />
    </span>
  );
}
