import { SearchX, ShieldCheck } from "lucide-react";
import Link from "next/link";
import { EmptyState } from "#components/layout/empty-state.tsx";
import { Button } from "#components/ui/button.tsx";

interface PoliciesEmptyProps {
  search: string;
  /** The tag or framework that the list is narrowed to. */
  tag: string;
  onClear: () => void;
  newHref: string | null;
}

export function PoliciesEmpty({ search, tag, onClear, newHref }: PoliciesEmptyProps) {
  if (search || tag) {
    return (
      <EmptyState
        icon={<SearchX />}
        title="No policy matches"
        description={[search && `Nothing is called “${search}”`, tag && `has the tag “${tag}”`]
          .filter(Boolean)
          .join(" and ")
          .replace(/^has/, "None has")}
        actions={<Button onClick={onClear}>Clear filters</Button>}
      />
    );
  }
  return (
    <EmptyState
      icon={<ShieldCheck />}
      title="No policies yet"
      description="A policy is a question in SQL that every host answers with yes or no, such as “Is the disk encrypted?”."
      actions={
        newHref && (
          <Button variant="primary" asChild>
            <Link href={newHref}>New policy</Link>
          </Button>
        )
      }
    />
  );
}
