import Link from "next/link";
import { asOfSearch } from "#components/history/use-as-of.ts";
import { badgeClass } from "#components/ui/badge.tsx";
import { cn } from "#components/ui/cn.ts";

/** The list of policies with a tag; `teamId` as in the list. */
export function tagHref(tag: string, teamId: number | null): string {
  const team = teamId === null ? "" : `&team_id=${teamId}`;
  return `/policies?tag=${encodeURIComponent(tag)}${team}`;
}

interface TagListProps {
  tags: readonly string[];
  teamId: number | null;
  /** The moment that the list is of, where it is not now. */
  asOf?: string;
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
            href={tagHref(tag, teamId) + (asOf ? `&${asOfSearch(asOf)}` : "")}
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
