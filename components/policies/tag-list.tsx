import Link from "next/link";
import { asOfSearch } from "#components/history/use-as-of.ts";
import { badgeClass } from "#components/ui/badge.tsx";
import { cn } from "#components/ui/cn.ts";

interface ListOf {
  /** As in the list. */
  teamId: number | null;
  /** The moment that the list is of, where it is not now. */
  asOf?: string;
}

const listSearch = ({ teamId, asOf }: ListOf) =>
  (teamId === null ? "" : `&team_id=${teamId}`) + (asOf ? `&${asOfSearch(asOf)}` : "");

/** The list of policies with a tag. */
export const tagHref = (tag: string, list: ListOf): string =>
  `/policies?tag=${encodeURIComponent(tag)}${listSearch(list)}`;

/** The list of policies with any control of a framework. */
export const frameworkHref = (framework: string, list: ListOf): string =>
  `/policies?framework=${encodeURIComponent(framework)}${listSearch(list)}`;

interface TagListProps extends ListOf {
  tags: readonly string[];
  className?: string;
}

/** Tags of a policy; each leads to the policies that have it. */
export function TagList({ tags, teamId, asOf, className }: TagListProps) {
  if (tags.length === 0) return null;
  return (
    <ul aria-label="Tags" className={cn("flex flex-wrap gap-1", className)}>
      {tags.map((tag) => (
        <li key={tag} className="relative z-10 flex max-w-full">
          <Link
            href={tagHref(tag, { teamId, asOf })}
            className={cn(badgeClass("neutral"), "max-w-full shrink hover:border-muted")}
          >
            <span title={tag} className="truncate">
              {tag}
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
